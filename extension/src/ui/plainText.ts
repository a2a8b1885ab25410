// Everything that is drawn goes through here, so that no page can forget it.
import { type ComponentChildren, options } from 'preact';

import { plain } from '../shared/plain.ts';

const ATTRIBUTES = ['aria-label', 'title', 'placeholder'] as const;

/** Has all text of the pages drawn without characters that are not seen. */
export function drawPlainText() {
  const before = options.vnode;
  options.vnode = (node) => {
    if (typeof node.type === 'string') {
      const props = node.props as Record<string, unknown> & { children?: ComponentChildren };
      props.children = plainChildren(props.children);
      for (const name of ATTRIBUTES) {
        const value = props[name];
        if (typeof value === 'string') props[name] = plain(value);
      }
    }
    before?.(node);
  };
}

function plainChildren(children: ComponentChildren): ComponentChildren {
  if (typeof children === 'string') return plain(children);
  if (Array.isArray(children)) return children.map(plainChildren);
  return children;
}
