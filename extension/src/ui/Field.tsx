// Fields of forms, each with its label, hint and error where a screen reader finds them.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';

interface Frame {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** Right of the label. */
  aside?: ComponentChildren;
}

function FieldFrame({
  id,
  label,
  hint,
  error,
  aside,
  isPlain,
  children,
}: Frame & {
  id: string;
  /** It never says anything below. */
  isPlain?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <div class="field-head">
        <label for={id}>{label}</label>
        {aside}
      </div>
      {children}
      {!isPlain && (
        <div class="field-note" id={`${id}-note`}>
          {error ? (
            <span class="field-error" role="alert">
              <Icon name="warning" size={16} />
              {error}
            </span>
          ) : (
            hint
          )}
        </div>
      )}
    </div>
  );
}

/** Gives an element the focus when it comes. The attribute of this name works on loading only. */
function useAutofocus<T extends HTMLElement>(wanted: unknown) {
  const element = useRef<T>(null);
  useLayoutEffect(() => {
    if (wanted) element.current?.focus();
  }, []);
  return element;
}

interface TextProps extends Frame {
  value: string;
  onValue(value: string): void;
  /** `mono` for what is compared digit by digit. */
  class?: 'mono';
  placeholder?: string;
  autocapitalize?: 'none' | 'characters';
  /** Whether it gets the focus when it comes. */
  autofocus?: boolean | undefined;
}

interface InputProps extends TextProps {
  type?: 'text' | 'password' | 'url';
  inputMode?: 'decimal';
  maxLength?: number;
  readOnly?: boolean;
  autocomplete?: 'off' | 'current-password' | 'new-password';
  /** Inside of the field, at its end. */
  end?: ComponentChildren;
}

export function TextField({
  label,
  hint,
  error,
  aside,
  value,
  onValue,
  end,
  autofocus,
  type = 'text',
  ...rest
}: InputProps) {
  const id = useId();
  const input = useAutofocus<HTMLInputElement>(autofocus);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} aside={aside}>
      <div class="input">
        <input
          autocomplete="off"
          spellcheck={false}
          {...rest}
          // The types of the elements want it to be one that they know beforehand.
          type={type as 'text'}
          ref={input}
          id={id}
          value={value}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={`${id}-note`}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
        {end}
      </div>
    </FieldFrame>
  );
}

export function PasswordField(props: Omit<InputProps, 'type' | 'end'>) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      // Browsers keep what is in a field that can be read, to bring it back after a restart.
      autocomplete={shown ? 'off' : (props.autocomplete ?? 'current-password')}
      type={shown ? 'text' : 'password'}
      end={
        <IconButton
          icon={shown ? 'eyeOff' : 'eye'}
          label={shown ? 'Hide password' : 'Show password'}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}

export function TextArea({
  label,
  hint,
  error,
  aside,
  value,
  onValue,
  autofocus,
  ...rest
}: TextProps & { rows?: number }) {
  const id = useId();
  const area = useAutofocus<HTMLTextAreaElement>(autofocus);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} aside={aside}>
      <textarea
        ref={area}
        rows={4}
        autocomplete="off"
        spellcheck={false}
        {...rest}
        id={id}
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

export function SelectField<T extends string | number>({
  label,
  value,
  options,
  onValue,
}: { label: string; value: T; options: readonly { value: T; label: string }[]; onValue(value: NoInfer<T>): void }) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} isPlain>
      <div class="select">
        <select
          id={id}
          autocomplete="off"
          onChange={(event) => {
            const chosen = options[event.currentTarget.selectedIndex];
            if (chosen) onValue(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={18} />
      </div>
    </FieldFrame>
  );
}

/** One of a few, all of them visible. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onValue,
  hideLabel,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string; icon?: ComponentChildren; note?: ComponentChildren }[];
  onValue(value: NoInfer<T>): void;
  hideLabel?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={hideLabel ? 'visually-hidden' : undefined}>{label}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onValue(option.value)}
            />
            <span class="choice-face">
              <span class="choice-title">
                {option.icon}
                {option.label}
              </span>
              {option.note !== undefined && <span class="choice-note">{option.note}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Checkbox({
  checked,
  onChecked,
  children,
  note,
  disabled,
}: {
  checked: boolean;
  onChecked(checked: boolean): void;
  children: ComponentChildren;
  note?: ComponentChildren;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class={disabled ? 'checkbox off' : 'checkbox'}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{children}</label>
        {note !== undefined && (
          <div class="checkbox-note" id={`${id}-note`}>
            {note}
          </div>
        )}
      </div>
    </div>
  );
}
