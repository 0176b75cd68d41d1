"""The commands of the README and of the pages that it leads to, and for each the test that runs it.

What needs root, systemd or a network is run as far as it can be without; `only` says what is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.support.pages import TEXTS

DOCUMENTS = "\n".join(TEXTS.values())
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(
    r"\./scripts/|\.venv/|support-tracker|(python3?|pip|pm2|sudo|systemctl|journalctl|curl|chmod|cp|git) "
)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The test that runs a command. `words` stand in its file where it does so, if not the command itself.

    `only` is why no test runs the command as it stands in the README, and what of it this test holds.
    """

    test: str
    words: str = ""
    only: str = ""


HERE = "tests/e2e/test_readme.py::"
FIRST_ROW = Proof(test=f"{HERE}test_from_a_checkout_to_the_first_row")
IN_OPT = Proof(test=f"{HERE}test_the_checkout_of_the_service_is_laid_out_and_brought_up_to_date")
CLONED = Proof(test=f"{HERE}test_a_clone_has_what_the_next_steps_need")
RESTORED = Proof(test=f"{HERE}test_a_backup_is_made_and_put_back")
SAVED_ALIVE = Proof(test=f"{HERE}test_the_store_is_saved_while_the_bot_runs_and_put_back")
PINNED = Proof(
    test=f"{HERE}test_every_package_that_is_needed_is_pinned_with_its_hashes",
    only="takes the network and 9 s; that the list is whole and hashed is checked where the packages are already",
)
ROOTS = Proof(
    test=f"{HERE}test_what_root_is_asked_to_do_fits_the_unit",
    only="needs root and a running systemd; names and paths are the unit's, which tests/unit/ops/test_service.py has "
    "systemd check",
)
OPTIONS = Proof(
    test=f"{HERE}test_each_script_starts_a_command_that_knows_the_options",
    only="takes minutes; the command behind it is asked for these options",
)
A_VENV = Proof(
    test=f"{HERE}test_python_makes_an_environment",
    only="takes 2.5 s with pip; it is made without",
)
INSTALLED = "tests/e2e/test_packages.py::test_an_installed_wheel_brings_its_commands"
ONE_COMMAND = Proof(
    test="tests/e2e/test_commands.py::test_one_command_starts_each_of_the_four",
    words='"tracker", name, "--help"',
    only="is the same main as python -m tracker, which the test starts with each of the four words",
)
PM2 = "tests/e2e/test_pm2.py::test_pm2_starts_the_bot_again_after_a_crash_but_not_after_a_stop_nor_with_wrong_settings"
IN_DOCKER = Proof(
    test="tests/e2e/test_container.py::test_docker_builds_the_image_and_runs_the_bot_as_nobody_in_particular",
    words='"--read-only"',
    only="needs docker compose; where a daemon is, the test builds and runs the image with the options of the file",
)
PM2_ITSELF = Proof(test=PM2, words='pm2.do("start"', only="changes this machine's start, and is PM2's own matter")

PROOFS = {
    "./scripts/sandbox": Proof(test=f"{HERE}test_the_sandbox_opens_from_a_fresh_checkout"),
    "./scripts/sandbox --tour": Proof(
        test="tests/e2e/test_sandbox.py::test_the_tour_shows_the_day_and_the_cells_that_changed_and_ends_well",
        words='"--tour"',
    ),
    "git clone ADDRESS support-tracker": CLONED,
    "cd support-tracker": CLONED,
    "python3 -m venv .venv": A_VENV,
    ".venv/bin/pip install --require-hashes -r scripts/requirements.txt": PINNED,
    "./scripts/setup": FIRST_ROW,
    "cp .env.example .env": Proof(test=A_VENV.test),
    "chmod 600 .env": Proof(test=A_VENV.test),
    "chmod 600 credentials.json": FIRST_ROW,
    ".venv/bin/python -m tracker.doctor": FIRST_ROW,
    ".venv/bin/python -m tracker.doctor --send-test": FIRST_ROW,
    ".venv/bin/python -m tracker.doctor --json": Proof(
        test="tests/integration/doctor/test_doctor.py::"
        "test_a_set_up_with_nothing_wrong_is_good_and_the_bot_starts_with_the_same_lines",
        words=".doctor()",
        only="runs in the test's own process, which saves a start",
    ),
    ".venv/bin/python -m tracker.init_sheet": FIRST_ROW,
    ".venv/bin/python -m tracker.init_sheet --dry-run": Proof(
        test="tests/e2e/test_moving.py::"
        "test_the_tab_of_the_apps_script_edition_is_taken_up_without_losing_or_doubling_a_row",
        words='desk.run("tracker.init_sheet", "--dry-run")',
    ),
    "python -m tracker.init_sheet --figures": Proof(
        test="tests/integration/bot/test_init_sheet.py::test_figures_are_added_at_the_right_end_for_whoever_asks_and_filled",
        words='desk.run("tracker.init_sheet", "--figures")',
    ),
    "python -m tracker.init_sheet --dashboard": Proof(
        test="tests/integration/bot/test_dashboard.py::test_the_dashboard_shows_what_happened_and_a_new_store_shows_the_same",
        words='desk.run("tracker.init_sheet", "--dashboard")',
    ),
    ".venv/bin/python -m tracker": FIRST_ROW,
    ".venv/bin/python -m tracker.backfill --dry-run": Proof(
        test="tests/integration/bot/test_backfill.py::test_a_dry_run_counts_all_pages_of_the_archive_and_changes_nothing",
        words='backfilled(desk, "--dry-run")',
    ),
    ".venv/bin/python -m tracker.backfill --since 2026-01-31": FIRST_ROW,
    "pip install .": Proof(
        test=INSTALLED, words='"install"', only="needs the network to build; the wheel that it makes is installed"
    ),
    "support-tracker": Proof(test=INSTALLED),
    "support-tracker run": ONE_COMMAND,
    "support-tracker doctor": ONE_COMMAND,
    "support-tracker init-sheet": ONE_COMMAND,
    "support-tracker backfill": ONE_COMMAND,
    "support-tracker-backfill": Proof(test=INSTALLED),
    "support-tracker-doctor": Proof(test=INSTALLED, only="is installed, and is what python -m tracker.doctor runs"),
    "support-tracker-init-sheet": Proof(test=INSTALLED),
    "sudo git clone ADDRESS /opt/support-tracker": IN_OPT,
    "sudo cp .env credentials.json /opt/support-tracker/": IN_OPT,
    "cd /opt/support-tracker": IN_OPT,
    "sudo python3 -m venv .venv": A_VENV,
    "sudo .venv/bin/pip install --require-hashes -r scripts/requirements.txt": PINNED,
    "sudo useradd --system --home-dir /var/lib/support-tracker --shell /usr/sbin/nologin support-tracker": ROOTS,
    "sudo chown root:support-tracker /opt/support-tracker/.env /opt/support-tracker/credentials.json": ROOTS,
    "sudo chmod 640 /opt/support-tracker/.env /opt/support-tracker/credentials.json": IN_OPT,
    "sudo cp /opt/support-tracker/scripts/support-tracker.service /etc/systemd/system/": IN_OPT,
    "sudo systemctl daemon-reload": ROOTS,
    "sudo systemctl enable --now support-tracker": ROOTS,
    "sudo -u support-tracker .venv/bin/python -m tracker.doctor": Proof(
        test="tests/integration/doctor/test_printed.py::test_the_shipped_command_shows_groups_marks_and_fixes",
        words='desk.run("tracker.doctor")',
        only="needs root to be another user",
    ),
    "systemctl status support-tracker": ROOTS,
    "sudo journalctl -u support-tracker -o cat -f": ROOTS,
    "./scripts/user-service": Proof(
        test="tests/unit/ops/test_service.py::test_the_script_makes_a_service_of_whatever_folder_it_stands_in",
        words='"scripts/user-service"',
    ),
    "export UID": IN_DOCKER,
    "docker compose -f scripts/compose.yaml run --rm support-tracker doctor": IN_DOCKER,
    "docker compose -f scripts/compose.yaml run --rm support-tracker init-sheet": IN_DOCKER,
    "docker compose -f scripts/compose.yaml up --detach --build": IN_DOCKER,
    "pm2 start scripts/ecosystem.config.js": Proof(test=PM2, words='pm2.do("start", str(ROOT / "scripts/ecosystem.con'),
    "pm2 install pm2-logrotate": PM2_ITSELF,
    "pm2 save": PM2_ITSELF,
    "pm2 startup": PM2_ITSELF,
    "curl http://127.0.0.1:8780/healthz": FIRST_ROW,
    "sudo systemctl stop support-tracker": ROOTS,
    "sudo systemctl start support-tracker": ROOTS,
    "sudo systemctl restart support-tracker": ROOTS,
    "sudo tar -czf support-tracker-$(date +%F).tar.gz -C /var/lib support-tracker": RESTORED,
    "sudo find /var/lib/support-tracker -mindepth 1 -delete": RESTORED,
    "sudo tar -xzf support-tracker-2026-01-31.tar.gz -C /var/lib": RESTORED,
    "sudo chown -R support-tracker: /var/lib/support-tracker": ROOTS,
    "sudo sqlite3 /var/lib/support-tracker/tracker.sqlite3 \".backup '/var/backups/tracker.sqlite3'\"": SAVED_ALIVE,
    "sudo cp /var/backups/tracker.sqlite3 /var/lib/support-tracker/tracker.sqlite3": SAVED_ALIVE,
    "sudo git pull": IN_OPT,
    "sudo timedatectl set-ntp true": Proof(
        test="tests/integration/setups/test_broken_sign_ins.py::test_what_keeps_the_bot_from_its_work_is_named_with_its_fix",
        words="sudo timedatectl set-ntp true",
        only="needs root; it is what the doctor says",
    ),
    "./scripts/test": Proof(test=OPTIONS.test, only="is what runs this test"),
    "./scripts/test --fast": Proof(test=OPTIONS.test, only="is a part of what runs this test"),
    "./scripts/test tests/unit -k duration": Proof(test=OPTIONS.test, only="is what runs this test"),
    "./scripts/chaos --seed 1 --seeds 20 --steps 100": OPTIONS,
    "./scripts/bench --quick": OPTIONS,
    "./scripts/lock --upgrade": Proof(test=OPTIONS.test, only="takes the network and uv"),
}


def commands() -> set[str]:
    """All commands, from blocks and from sentences."""
    blocks = _BLOCK.findall(DOCUMENTS)
    kinds = {kind for kind, _ in blocks}
    assert kinds == {"sh", "text", "python"}, "a block is of commands (sh), shows something (text) or is a program"
    lines = {line.strip() for kind, block in blocks if kind == "sh" for line in block.splitlines()}
    spans = {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", _BLOCK.sub("", DOCUMENTS))}
    return lines | {span for span in spans if _COMMAND.match(span)}
