"""The exact rounds of bench_finite.c in NumPy: the yardstick.

rounds_numpy.py FOLDER ROUNDS reads what bench_finite wrote there (links, rewards,
reference, start, result: raw numbers), does the rounds from `start`, and prints
the processor seconds of a round and the largest difference from `result`. Ends
with 3 without NumPy.

One of K candidates is kept with odds w = exp(reward). With 1/T = the integral of
exp(-s T) over s > 0 the kept law is p K w int exp(-s w) phi(s)^(K-1) ds, phi(s) =
sum p exp(-s w); s = exp(u - exp(-u)) makes that a sum over evenly spaced u (Takahasi
and Mori 1974).
"""
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit(3)

CANDIDATES = 4
REAL, SYNTHETIC, CURATED = 0.4, 0.3, 0.3
STEP = 0.19
CHUNK = 64  # agents at a time where each has its own table of exponentials


def nodes(span):
    """s and its measure, for weights from exp(-span) to 1."""
    u = np.arange(-3.7, np.log(44) + span, STEP)
    s = np.exp(u - np.exp(-u))
    return s, STEP * s * (1 + np.exp(-u))


def kept(p, reward):
    """The laws that curators keep: one for all (a row), or one for each agent."""
    weight = np.exp(reward - reward.max(axis=1, keepdims=True))
    s, measure = nodes(float(-np.log(weight.min())))
    if len(weight) == 1:
        table = np.exp(-s[:, None] * weight)
        phi = p @ table.T
        return p * (CANDIDATES * weight * ((measure * phi ** (CANDIDATES - 1)) @ table))
    out = np.empty_like(p)
    for at in range(0, len(p), CHUNK):
        part, w = p[at:at + CHUNK], weight[at:at + CHUNK]
        table = np.exp(-s[:, None] * w[:, None, :])
        phi = (table @ part[:, :, None])[:, :, 0]
        c = measure * phi ** (CANDIDATES - 1)
        out[at:at + CHUNK] = part * (CANDIDATES * w * (c[:, None, :] @ table)[:, 0])
    return out


def main(folder, rounds):
    reference = np.fromfile(folder + "/reference")
    start = np.fromfile(folder + "/start").reshape(-1, len(reference))
    result = np.fromfile(folder + "/result").reshape(start.shape)
    reward = np.fromfile(folder + "/rewards").reshape(-1, len(reference))
    links = np.fromfile(folder + "/links", dtype=np.int64).reshape(-1, 2)
    links = links[np.argsort(links[:, 1], kind="stable")]
    producer = links[:, 0]
    degree = np.bincount(links[:, 1], minlength=len(start))
    first = np.concatenate(([0], np.cumsum(degree)[:-1]))
    most = int(degree.max())
    # The k-th producer of every agent; those without one read a row of zeros.
    seat = [np.where(k < degree, producer[np.minimum(first + k, len(producer) - 1)], len(start))
            for k in range(most)]

    def one(z):
        # Both layers have the same weights, so they are mixed before the sum.
        shared = np.zeros((len(z) + 1, z.shape[1]))
        shared[:-1] = SYNTHETIC * z + CURATED * kept(z, reward)
        data = np.zeros_like(z)
        for k in range(most):
            data += shared[seat[k]]
        data /= degree[:, None]
        data += REAL * reference
        return data / data.sum(axis=1, keepdims=True)

    best = np.inf
    for _ in range(3):
        z = start
        begin = time.process_time()
        for _ in range(rounds):
            z = one(z)
        best = min(best, (time.process_time() - begin) / rounds)
    print(best, np.abs(z - result).max())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
