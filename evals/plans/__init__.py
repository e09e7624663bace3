"""Are plans about their customers, proven and free of what would stop them?"""
