"""Trees of any library as flat arrays: margins and exact Shapley values, without the library."""

from core.trees.forest import Forest
from core.trees.lightgbm_model import from_lightgbm
from core.trees.shapley import ShapTables, shap_tables, shap_values
from core.trees.sklearn_model import from_sklearn
from core.trees.warming import warm
from core.trees.xgboost_model import from_xgboost

__all__ = [
    "Forest",
    "ShapTables",
    "from_lightgbm",
    "from_sklearn",
    "from_xgboost",
    "shap_tables",
    "shap_values",
    "warm",
]
