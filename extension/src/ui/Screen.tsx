import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

import { plain } from '../shared/plain.ts';
import { Icon } from './Icon.tsx';

interface Props {
  title: string;
  /** What the browser may write down instead, in its history, where the title says something of the user. */
  recordedTitle?: string;
  /** Where "back" leads. */
  back?: string | (() => void);
  /** Right of the title. */
  aside?: ComponentChildren;
  /** Stays at the lower end. */
  footer?: ComponentChildren;
  /** What the forms of the screen belong to. */
  onSubmit?: (() => void) | undefined;
  children: ComponentChildren;
}

/** One page within the window: a title that gets the focus, what scrolls, and what stays. */
export function Screen({ title, recordedTitle = title, back, aside, footer, onSubmit, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${plain(recordedTitle)} · Pixie`;
    const active = document.activeElement;
    if (!active || active === document.body || !active.matches('input, textarea')) {
      heading.current?.focus();
    }
  }, [title, recordedTitle]);
  const body = (
    <>
      <main class="screen-body">{children}</main>
      {footer && <footer class="screen-footer">{footer}</footer>}
    </>
  );
  return (
    <div class="screen">
      <header class="screen-head">
        {typeof back === 'string' && (
          <a class="icon-button" href={back} aria-label="Back" title="Back">
            <Icon name="back" />
          </a>
        )}
        {typeof back === 'function' && (
          <button type="button" class="icon-button" aria-label="Back" title="Back" onClick={back}>
            <Icon name="back" />
          </button>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </header>
      {onSubmit ? (
        <form
          class="screen-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {body}
        </form>
      ) : (
        body
      )}
    </div>
  );
}
