"""The tests: mirrors of the three packages, whole stories, and the promises about the code itself."""
