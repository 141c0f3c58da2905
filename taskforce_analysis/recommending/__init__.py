"""From a file to recommendations: read with the same care as case workbooks.

    loaded = load_recommendations("anbefalinger.xlsx", form)

Nothing is raised for what stands in the cells: each odd one is an issue with its place.
"""

from taskforce_analysis.recommending.loading import Loaded, load_recommendations

__all__ = ["Loaded", "load_recommendations"]
