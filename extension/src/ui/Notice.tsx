import type { ComponentChildren } from 'preact';

import type { EngineError } from '../shared/client.ts';
import { Icon, type IconName } from './Icon.tsx';

type Tone = 'info' | 'good' | 'warning' | 'danger';

const ICONS: Record<Tone, IconName> = {
  info: 'info',
  good: 'check',
  warning: 'warning',
  danger: 'warning',
};

/** Something that the user should know here and now. */
export function Notice({
  tone = 'info',
  title,
  icon,
  children,
  action,
  live,
}: {
  tone?: Tone;
  title?: string;
  icon?: IconName;
  children?: ComponentChildren;
  action?: ComponentChildren;
  /** It appeared because of something that the user did or that happened. */
  live?: boolean;
}) {
  return (
    <div class={`notice ${tone}`} role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}>
      <Icon name={icon ?? ICONS[tone]} />
      <div class="notice-text">
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}

/** What went wrong, if something did. */
export function ErrorNotice({ error, title }: { error: EngineError | undefined; title?: string }) {
  if (!error) return null;
  return (
    <Notice tone="danger" live {...(title ? { title } : {})}>
      {sentence(error.message)}
    </Notice>
  );
}

/** The engine's messages begin small and have no full stop. */
export function sentence(message: string): string {
  const text = message.trim();
  if (text === '') return 'No reason was given.';
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** What is shown where there is nothing yet. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
