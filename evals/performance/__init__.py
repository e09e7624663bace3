"""How fast, and at what cost in memory?"""
