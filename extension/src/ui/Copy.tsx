import { useEffect, useState } from 'preact/hooks';

import { announce } from './announce.ts';
import { Button, IconButton } from './Button.tsx';

function useCopy(text: string): [boolean, () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        announce('Copied');
      },
      () => announce('Copying failed'),
    );
  };
  return [copied, copy];
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, copy] = useCopy(text);
  return <IconButton icon={copied ? 'check' : 'copy'} label={label} onClick={copy} />;
}

export function CopyTextButton({ text, children }: { text: string; children: string }) {
  const [copied, copy] = useCopy(text);
  return (
    <Button icon={copied ? 'check' : 'copy'} onClick={copy}>
      {copied ? 'Copied' : children}
    </Button>
  );
}
