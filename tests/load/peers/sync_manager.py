"""FastAPI as a peer: a SyncManager as its tutorial's ConnectionManager is, one list of sockets for each view.

uvicorn sync_manager:app
"""

from fastapi import FastAPI, WebSocket, WebSocketDisconnect


class SyncManager:
    def __init__(self):
        self.views = {}

    async def connect(self, view, socket):
        await socket.accept()
        self.views.setdefault(view, []).append(socket)

    def disconnect(self, view, socket):
        self.views[view].remove(socket)

    async def broadcast(self, view, message):
        for socket in list(self.views.get(view, [])):
            await socket.send_text(message)


app = FastAPI()
manager = SyncManager()


@app.websocket("/receive/{view}")
async def receive(socket: WebSocket, view: str):
    await manager.connect(view, socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        manager.disconnect(view, socket)


@app.websocket("/publish/{view}")
async def publish(socket: WebSocket, view: str):
    await socket.accept()
    try:
        while True:
            await manager.broadcast(view, await socket.receive_text())
    except WebSocketDisconnect:
        pass
