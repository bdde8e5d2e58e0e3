// A fake library for the desk's own layouts, plans and run sheets: documents with revisions, refused when stale.
const documents = new Map();
const keyOf = (kind, name) => `${kind}/${name}`;
const refusal = (status, code, detail, detailZh) => ({ status, body: { code, status, detail, detail_zh: detailZh } });

/** Forgets all documents. */
export const resetLibrary = () => documents.clear();

/** Another person's change, for tests. */
export function changedByOther(kind, name) {
  const there = documents.get(keyOf(kind, name));
  if (there) Object.assign(there, { rev: there.rev + 1, author: 'zhang', changed_at_ms: Date.now() });
}

export function libraryAnswer(method, url, body, account) {
  const match = /^\/api\/library\/(layout|plan|run_sheet|key_map)(?:\/([^?]+))?(?:\?.*)?$/.exec(url);
  if (match === null) return null;
  const [, kind, rawName] = match;
  const isKeyMap = kind === 'key_map';
  const isSeen = ([key, one]) => key.startsWith(`${kind}/`) && (!isKeyMap || one.name === account);
  if (rawName === undefined) return { status: 200, body: { documents: [...documents.entries()].filter(isSeen).map(([, one]) => one) } };
  const name = decodeURIComponent(rawName);
  const there = documents.get(keyOf(kind, name));
  if (isKeyMap && name !== account) return refusal(403, 'console.library.not_yours', 'this key map belongs to another account; change your own', '此快捷键表属于其他账号,只能修改自己的');
  if (!isKeyMap && account !== 'operator') return refusal(403, 'console.right.missing', 'your role may not do this', '您的角色无此权限,请联系值机员');
  if (method === 'DELETE') {
    documents.delete(keyOf(kind, name));
    return { status: 204, body: null };
  }
  if ((there?.rev ?? 0) !== (body.expect_rev ?? 0)) return refusal(409, 'console.library.stale', `${there?.author} has changed it meanwhile`, `${there?.author} 已修改过,请查看后重新保存`);
  const kept = { name, rev: (there?.rev ?? 0) + 1, author: account, changed_at_ms: Date.now(), value: body.value };
  documents.set(keyOf(kind, name), kept);
  return { status: 200, body: kept };
}
