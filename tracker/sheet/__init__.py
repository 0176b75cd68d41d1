"""The sheet: a repository that finds rows by thread id and writes them, and a loop that keeps them up to date.

One write, step by step; every value on the way is complete and frozen:

    flush/   what waits in the store, as rows that should be there
    plan     one look at the tab, then the difference: a `WritePlan`
    begin    the store keeps the plan
    apply    one atomic change, whose answer proves an `Outcome`
    settle   the store keeps what that says of each row

`repository.py` is the one door, also for other programs. Behind it, `table/` knows what stands where in a tab, `api/`
talks to Google, `write/` has what is about to be written, `recovery/` finds out what became of it and puts back what
it covered. `flush/` decides when to write, and `setup/` prepares a tab and checks it.
"""
