"""Fits scikit-learn's forest, boosting and network on the examples of stdin; prints the AUC on the test rows per training.

stdin: {"columns": [[number or null]], "target": [], "coded": [index], "test": [row], "trainings": [[row]]}
stdout: {"version", "forest": [], "boosting": [], "network": []}, one AUC per entry of trainings
"""
import json
import os
import sys
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")

import numpy
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def models(seed, coded, plain):
    """Sizes of the trend model; smallest leaf 5 in both kinds of trees."""
    imputer = lambda: SimpleImputer(strategy="median")
    forest = RandomForestClassifier(n_estimators=200, max_depth=8, min_samples_leaf=5, n_jobs=1, random_state=seed)
    boosting = GradientBoostingClassifier(n_estimators=150, max_depth=3, learning_rate=0.08, min_samples_leaf=5, random_state=seed)
    inputs = ColumnTransformer([
        ("coded", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore", sparse=False)), coded),
        ("plain", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), plain),
    ])
    network = MLPClassifier((32, 16), early_stopping=True, max_iter=400, random_state=seed)
    return {
        "forest": make_pipeline(imputer(), forest),
        "boosting": make_pipeline(imputer(), boosting),
        "network": make_pipeline(inputs, network),
    }


def main():
    given = json.load(sys.stdin)
    rows = numpy.array(given["columns"], dtype=float).T
    target = numpy.array(given["target"], dtype=int)
    coded = given["coded"]
    plain = [column for column in range(rows.shape[1]) if column not in coded]
    test = given["test"]
    answer = {"version": sklearn.__version__, "forest": [], "boosting": [], "network": []}
    for seed, training in enumerate(given["trainings"]):
        for head, model in models(seed, coded, plain).items():
            model.fit(rows[training], target[training])
            answer[head].append(float(roc_auc_score(target[test], model.predict_proba(rows[test])[:, 1])))
    print(json.dumps(answer))


main()
