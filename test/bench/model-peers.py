"""Fits one peer on data written by model-peers.ts and prints {"fitMs", "cpuMs", "auc"} or {"absent"} as JSON.

usage: model-peers.py PEER FOLDER SEED   (folder: train.f64 and test.f64, row-major, features then target; shape.json)
"""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")

try:
    import numpy
    from sklearn.metrics import roc_auc_score
except ImportError as missing:
    print(json.dumps({"absent": str(missing)}))
    sys.exit(0)


def model_of(peer, seed):
    if peer == "sklearn-forest":
        from sklearn.ensemble import RandomForestClassifier
        return RandomForestClassifier(n_estimators=150, max_depth=8, n_jobs=1, random_state=seed)
    if peer == "sklearn-boosting":
        from sklearn.ensemble import GradientBoostingClassifier
        return GradientBoostingClassifier(n_estimators=150, max_depth=3, learning_rate=0.08, random_state=seed)
    if peer == "sklearn-network":
        from sklearn.neural_network import MLPClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        network = MLPClassifier((32, 16), early_stopping=True, max_iter=400, random_state=seed)
        return make_pipeline(StandardScaler(), network)
    from xgboost import XGBClassifier
    return XGBClassifier(n_estimators=150, max_depth=3, learning_rate=0.08, tree_method="hist", nthread=1, random_state=seed)


def main():
    peer, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(os.path.join(folder, "shape.json")) as file:
        features = json.load(file)["features"]
    read = lambda name: numpy.fromfile(os.path.join(folder, name)).reshape(-1, features + 1)
    train, test = read("train.f64"), read("test.f64")
    inputs, target = numpy.ascontiguousarray(train[:, :features]), train[:, features].astype(int)
    try:
        model = model_of(peer, seed)
    except ImportError as missing:
        print(json.dumps({"absent": str(missing)}))
        return
    begin, begin_cpu = time.perf_counter(), time.process_time()
    model.fit(inputs, target)
    fit_ms = (time.perf_counter() - begin) * 1000
    cpu_ms = (time.process_time() - begin_cpu) * 1000
    scores = model.predict_proba(test[:, :features])[:, 1]
    print(json.dumps({"fitMs": fit_ms, "cpuMs": cpu_ms, "auc": roc_auc_score(test[:, features], scores)}))


main()
