/** Files to and from the operator's machine. */

/** Hands text over as a file of that name. */
export function saveText(name: string, text: string, mime = 'application/json'): void {
  saveBlob(name, new Blob([text], { type: `${mime};charset=utf-8` }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
