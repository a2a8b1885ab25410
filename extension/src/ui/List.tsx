import type { ComponentChildren } from 'preact';

import { Icon, type IconName } from './Icon.tsx';

/** A titled group on a screen. */
export function Section({
  title,
  aside,
  children,
}: {
  title?: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section">
      {(title || aside) && (
        <div class="section-head">
          {title && <h2>{title}</h2>}
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** A row that leads somewhere. */
export function LinkRow({
  href,
  icon,
  lead,
  title,
  note,
  end,
}: {
  href: string;
  icon?: IconName;
  lead?: ComponentChildren;
  title: ComponentChildren;
  note?: ComponentChildren;
  end?: ComponentChildren;
}) {
  return (
    <a class="row" href={href}>
      {icon && (
        <span class="row-icon">
          <Icon name={icon} />
        </span>
      )}
      {lead}
      <span class="row-text">
        <span class="row-title">{title}</span>
        {note !== undefined && <span class="row-note">{note}</span>}
      </span>
      {end}
      <Icon name="chevron" size={18} />
    </a>
  );
}

/** Pairs of a name and what belongs to it. */
export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children, wide }: { name: string; children: ComponentChildren; wide?: boolean }) {
  return (
    <div class={wide ? 'fact wide' : 'fact'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Text that fills in where there are no data yet. */
export function SkeletonRows({ count }: { count: number }) {
  return (
    <div class="card rows" aria-busy="true">
      <span class="visually-hidden">Loading</span>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} class="row">
          <span class="skeleton circle" />
          <span class="row-text">
            <span class="skeleton w10" />
            <span class="skeleton w6 small" />
          </span>
        </div>
      ))}
    </div>
  );
}
