"""A Python server of vectors, as one writes it with sentence-transformers: OpenAI's embeddings, and reranking by the cosine.

    python server_peer.py MODEL_FOLDER

Prints its port once it answers. Threads take connections; one computes at a time, with all of torch's threads.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sentence_transformers import SentenceTransformer

MODEL = SentenceTransformer(sys.argv[1], device="cpu")
LOCK = threading.Lock()


def embed(texts):
    with LOCK:
        return MODEL.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)


def embeddings(asked):
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    data = [{"object": "embedding", "index": at, "embedding": row.tolist()} for at, row in enumerate(embed(texts))]
    return {"object": "list", "data": data, "model": "all-MiniLM-L6-v2"}


def rerank(asked):
    query, *documents = embed([asked["query"], *asked["documents"]])
    scores = [float(query @ document) for document in documents]
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return {"results": [{"index": at, "relevance_score": scores[at]} for at in order]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        answer = {"/v1/embeddings": embeddings, "/v1/rerank": rerank}[self.path](asked)
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
