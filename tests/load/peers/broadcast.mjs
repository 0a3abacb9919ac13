// node's `ws` as a peer: what is published to a view goes to everybody who receives it.
//   node broadcast.mjs PORT    (node_modules/ws beside it, or in NODE_PATH)
import { createRequire } from "node:module";
import { createServer } from "node:http";

const { WebSocketServer } = createRequire(process.env.BENCH_MODULES + "/")("ws");
const views = new Map();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on("connection", (socket, request) => {
  const [, what, view] = request.url.split("/");
  if (!views.has(view)) views.set(view, new Set());
  const receivers = views.get(view);
  if (what === "receive") {
    receivers.add(socket);
    socket.on("close", () => receivers.delete(socket));
  } else {
    socket.on("message", (message) => receivers.forEach((receiver) => receiver.send(message, { binary: false })));
  }
  socket.on("error", () => {});
});
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
