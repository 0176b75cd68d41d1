# Sourced by the other scripts: `environment FILE…` makes .venv hold the packages of requirement files, at the pinned
# versions, and puts it first on the PATH. It is quick when nothing changed.

# Where the person is who started the script: there its commands are pasted. To be exported by those that name some.
SUPPORT_TRACKER_FOLDER=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
there=
[ "$PWD" = "$SUPPORT_TRACKER_FOLDER" ] || there="cd $(printf %q "$PWD") && "

find_python() {
    local python
    for python in python3.14 python3.13 python3.12 python3.11 python3 python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and none was found. Get it from https://www.python.org/downloads/" >&2
    return 1
}

# A .venv of an older Python, as `python3 -m venv` makes it where that is the machine's.
fits() {
    [ ! -x .venv/bin/python ] || .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return
    echo "Python 3.11 or newer is needed, and .venv has another. Make it anew: ${there}rm -r .venv && ./scripts/setup" >&2
    return 1
}

say_once() {
    echo "Setting up .venv (once; it takes a minute) …" >&2
}

not_there() {
    echo "The packages could not be installed, as said above. They come from https://pypi.org: look at this machine's" \
        "network, at HTTPS_PROXY and at the room on its disk, and try again." >&2
    return 1
}

environment() {
    local stamp
    stamp=".venv/installed-$(cat "$@" | cksum | tr ' ' '-')"
    if [ -L .venv/bin/python ] && [ ! -e .venv/bin/python ]; then # as after a new version of the system
        echo "The Python of $PWD/.venv is gone. Make it anew: ${there}rm -r .venv && ./scripts/setup" >&2
        return 1
    fi
    if [ ! -e "$stamp" ]; then
        fits || return 1
        if command -v uv >/dev/null; then
            say_once
            [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.11' .venv || return 1
            uv pip install --quiet --python .venv/bin/python --require-hashes "${@/#/--requirement=}" || not_there || return 1
        else
            local python said
            python=$(find_python) || return 1
            if [ ! -x .venv/bin/python ] && ! said=$("$python" -m venv .venv 2>&1); then
                rm -rf .venv
                case $said in
                *"ensurepip is not"* | *"No module named"*)
                    echo "$python cannot make an environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2 ;;
                *) echo "$python cannot make $PWD/.venv. ${said##*$'\n'}" >&2 ;;
                esac
                return 1
            fi
            if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
                echo "$PWD/.venv is not finished. Make it anew: ${there}rm -r .venv && ./scripts/setup" >&2
                return 1
            fi
            say_once
            # The files name every package there is need of, and most of their modules are never imported.
            .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
                --no-compile "${@/#/--requirement=}" || not_there || return 1
        fi
        touch "$stamp"
    fi
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
}
