import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';

import { Icon, type IconName } from './Icon.tsx';
import { Spinner } from './Spinner.tsx';

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> {
  kind?: Kind;
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  type?: 'button' | 'submit';
  children: ComponentChildren;
}

export function Button({ kind = 'secondary', icon, busy, disabled, type = 'button', children, ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      class={`button ${kind}`}
      // A busy button keeps the focus.
      aria-disabled={busy ? 'true' : rest['aria-disabled']}
      disabled={disabled}
      onClick={busy ? undefined : rest.onClick}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export function LinkButton({
  kind = 'secondary',
  icon,
  href,
  children,
}: {
  kind?: Kind;
  icon?: IconName;
  href: string;
  children: ComponentChildren;
}) {
  return (
    <a class={`button ${kind}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

/** A button that shows only a picture; its label is for those who do not see it, and on hover. */
export function IconButton({
  icon,
  label,
  ...rest
}: { icon: IconName; label: string } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'>) {
  return (
    <button {...rest} type="button" class="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
