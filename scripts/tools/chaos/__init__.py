"""Random histories of a support desk, played against the shipped bot and held against a straight-line model.

    steps.py ──► play.py ──► forum.py, table.py, trouble.py     what happens, in both worlds and to the bot
                    │        dashboard.py                       the same on the tab of figures, and what stands there
                    │             └──► model.py                 what should come of it
                    └──► compare.py                             what is different in the end
    shrink.py                                                   the shortest history that still shows it

The model is written from the product's description and shares no code with the product.
"""
