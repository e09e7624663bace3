"""Is the right provision found?"""
