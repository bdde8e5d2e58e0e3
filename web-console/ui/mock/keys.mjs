// Program keys of the stand-in server.
let keys = [];

export function keysAnswer(method, path, body, rights) {
  if (path === '/api/keys' && method === 'GET') return { status: 200, body: { keys, rights } };
  if (path === '/api/keys' && method === 'POST') {
    const info = { id: `k${keys.length + 1}${Date.now()}`, name: body.name, rights: body.rights, created_at_ms: Date.now(), expires_at_ms: Date.now() + body.days * 86_400_000, used_at_ms: null };
    keys = [info, ...keys];
    return { status: 201, body: { ...info, key: `vck_mock${info.id}` } };
  }
  const id = /^\/api\/keys\/(.+)$/.exec(path)?.[1];
  if (id !== undefined && method === 'DELETE') {
    keys = keys.filter((one) => one.id !== id);
    return { status: 204, body: {} };
  }
  return null;
}
