import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { startI18n } from './i18n';
import { startTheme } from './ui/theme';
import './styles/base.css';
import './styles/theme.css';
import './styles/desk.css';
import './styles/library.css';
import './styles/tools.css';
import './styles/tool-forms.css';
import './styles/layout-editor.css';
import './styles/panels.css';
import './styles/wall.css';
import './styles/rehearsal-frame.css';

startI18n();
startTheme();

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
