"""Do the wording checks stop what is forbidden, and only that?"""
