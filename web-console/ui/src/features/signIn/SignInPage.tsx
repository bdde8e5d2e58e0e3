import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { signIn } from '../../api/console';
import { problemFrom } from '../../api/http';
import type { Problem } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { LanguageSwitch } from '../../ui/LanguageSwitch';
import { ThemeSwitch } from '../../ui/ThemeSwitch';
import { ME_KEY } from './useMe';

export function SignInPage() {
  const { t, problemText } = useWords();
  const queries = useQueryClient();
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (): Promise<void> => {
    setIsBusy(true);
    setProblem(null);
    try {
      queries.setQueryData(ME_KEY, await signIn(account.trim(), password));
    } catch (error) {
      setProblem(problemFrom(error));
      setPassword('');
      setIsBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form
        className="sign-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h1>{t('signIn.title')}</h1>
        <label>
          {t('signIn.account')}
          <input
            name="account"
            autoComplete="username"
            autoCapitalize="none"
            required
            value={account}
            onChange={(event) => setAccount(event.target.value)}
          />
        </label>
        <label>
          {t('signIn.password')}
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <p className="form-problem" role="alert">
          {problem === null ? '' : problemText(problem)}
        </p>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {isBusy ? t('signIn.busy') : t('signIn.submit')}
        </button>
        <ThemeSwitch />
        <LanguageSwitch />
      </form>
    </main>
  );
}
