"""Is what was found enough to answer from?"""
