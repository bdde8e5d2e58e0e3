import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

import type { Command, Layout } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from '../desk/DeskContext';
import { Notices } from '../desk/Notices';
import { autoFill, sitesInOrder } from '../desk/fillLayout';
import { useReasons } from '../desk/useReasons';
import { Canvas } from './Canvas';
import { FileBar } from './FileBar';
import { Inspector } from './Inspector';
import { Templates } from './Templates';
import { MAX_CELLS, validate } from './edit';
import { hiddenCells } from './geometry';
import { issueWords } from './sourceWords';
import { useEditor } from './useEditor';

/** 布局编辑: full screen over the desk; the draft stays when it is closed. */
export function LayoutEditor({ initial, onClose }: { initial: Layout; onClose: () => void }) {
  const { t } = useWords();
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const editor = useEditor(initial);
  const [told, setTold] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const { layout, history } = editor;
  const issues = validate(layout, new Set((snapshot?.sites ?? []).map((site) => site.site)));
  const wrong = issues[0] === undefined ? null : issueWords(t, issues[0]);
  const hidden = hiddenCells(layout);
  const send = (command: Command): void => conference.send(command);
  const isPending = (cmd: Command['cmd']): boolean => pending.some((one) => one.command.cmd === cmd);
  const full = layout.cells.length >= MAX_CELLS ? t('layoutEditor.issue.tooMany', { count: layout.cells.length }) : null;

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const inField = event.target instanceof HTMLInputElement;
    if (!event.ctrlKey || event.altKey || event.nativeEvent.isComposing || inField) return;
    if (event.code === 'KeyZ' && !event.shiftKey) editor.undo();
    else if (event.code === 'KeyY' || (event.code === 'KeyZ' && event.shiftKey)) editor.redo();
    else if (event.code === 'KeyD') editor.duplicate();
    else return;
    event.preventDefault();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Keys of the whole editor; each has a button too.
    <dialog
      ref={dialog}
      className="layout-editor"
      aria-labelledby="layout-editor-title"
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="edit-head">
        <h2 id="layout-editor-title">{t('layoutEditor.title')}</h2>
        <label className="tool-field edit-name">
          {t('layoutEditor.name')}
          <input value={layout.name} onChange={(event) => editor.edit((one) => ({ ...one, name: event.target.value }), 'name')} />
        </label>
        <Button reason={full} onPress={editor.add}>
          {t('layoutEditor.add')}
        </Button>
        <Button reason={full} keyCap="Ctrl+D" onPress={editor.duplicate}>
          {t('layoutEditor.duplicate')}
        </Button>
        <Button reason={layout.cells.length <= 1 ? t('layoutEditor.issue.tooFew') : null} keyCap="Del" onPress={editor.remove}>
          {t('layoutEditor.remove')}
        </Button>
        <Button
          onPress={() => {
            if (snapshot !== null) editor.edit((one) => autoFill(one, sitesInOrder(snapshot), snapshot.main_site));
          }}
        >
          {t('layoutEditor.fill')}
        </Button>
        <Button reason={history.past.length === 0 ? t('reason.nothingToUndo') : null} keyCap="Ctrl+Z" onPress={editor.undo}>
          {t('layoutEditor.undo')}
        </Button>
        <Button reason={history.future.length === 0 ? t('layoutEditor.nothingToRedo') : null} keyCap="Ctrl+Y" onPress={editor.redo}>
          {t('layoutEditor.redo')}
        </Button>
        <span className="spacer" />
        <Button look="primary" keyCap="Esc" onPress={onClose}>
          {t('common.close')}
        </Button>
      </header>
      <Templates onLoad={editor.load} />
      <div className="edit-stage">
        <Canvas editor={editor} hidden={hidden} onEnter={() => document.getElementById('edit-source')?.focus()} />
        <p className="hint-line">{t('layoutEditor.keys')}</p>
      </div>
      <Inspector editor={editor} />
      <footer className="edit-foot">
        <p className={wrong === null ? 'edit-state' : 'edit-state is-wrong'} role="status">
          {issues.length === 0 ? `✓ ${t('layoutEditor.good', { count: layout.cells.length })}` : issues.slice(0, 3).map((issue) => `✕ ${issueWords(t, issue)}`).join(' ')}
          {hidden.length > 0 && ` ▲ ${t('layoutEditor.hiddenCells', { cells: hidden.map((index) => index + 1).join(', ') })}`}
          {told !== '' && ` ${told}`}
        </p>
        <FileBar layout={layout} wrong={wrong} onLoad={editor.load} onTold={setTold} />
        <Button look="preview" reason={reasons('set_preview') ?? wrong} pending={isPending('set_preview')} onPress={() => send({ cmd: 'set_preview', args: { picture: { kind: 'layout', layout } } })}>
          {t('action.toPreview')}
        </Button>
        <Button reason={reasons('set_layout') ?? wrong} pending={isPending('set_layout')} onPress={() => send({ cmd: 'set_layout', args: { layout } })}>
          {t('layoutEditor.makeDefault')}
        </Button>
        <Button look="air" reason={reasons('broadcast_layout') ?? wrong} pending={isPending('broadcast_layout')} onPress={() => send({ cmd: 'broadcast_layout', args: { layout } })}>
          {t('action.broadcastLayout')}
        </Button>
      </footer>
      <Notices />
    </dialog>
  );
}
