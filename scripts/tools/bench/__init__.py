"""What the product costs, measured beside its peers and its physical limits, all in one run.

    __main__.py ──► rows/        one module for each row of the table: what is measured, and what it has to reach
                      └──► peers/    what one would build instead, and what the product is made of, alone
    figures.py                   a measured number; report.py prints it, machine.py says where it was measured
    past.py                      a desk with a history: tickets in its store and its sheet
    process.py                   CPU and memory of a process, apart from the servers'

Everything runs on this machine: real processes and real sockets, a local Discord and a local Google Sheets.
"""
