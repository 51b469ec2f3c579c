"""The engine `vdmlib.derive` under random fire: lines made at random, their truth computed without the engine.

``make fuzz`` runs it. A line that the engine accepts and that is false somewhere, at a point that its declarations,
facts and displayed conditions admit, is a false ✓.

    lines       what a line is, in a language of its own; its text in the engine's language
    points      random points: numbers, functions, tables of laws, chains, schedules
    evaluate    the value of an expression at a point (with calculus, for derivatives, integrals and limits)
    truth       whether a line holds at random points that are admitted
    families    how lines are made
    engine      the only module that imports the engine: what it says to a line
    shrink      the smallest line that still goes wrong
    campaign    counts, times, reproducers
"""
