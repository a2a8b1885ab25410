// Calls as the wallet decoded them.
import type {
  AbiJson,
  DecodedArgument,
  DecodedAuthorization,
  DecodedCall,
  DecodedFunction,
} from '../shared/api.ts';
import { PartyName, PartyView } from '../ui/Address.tsx';
import { PlaceLabel } from '../ui/Amount.tsx';
import { Fact, Facts } from '../ui/List.tsx';
import { Notice } from '../ui/Notice.tsx';

export function CallCard({ call, isOwn }: { call: DecodedCall; isOwn?: boolean }) {
  return (
    <li class="call">
      <div class="call-head">
        <span class="call-name">{functionName(call.function)}</span>
        <CallPlace call={call} />
      </div>
      <p class="call-by">
        of <PartyName party={call.contract} />
        {call.by && (
          <>
            , called by <PartyName party={call.by} />
          </>
        )}
        {isOwn && ', added by Pixie for the fee'}
        {call.isStatic && ', changes nothing'}
        {call.hidesSender && ', hides who calls'}
      </p>
      <FunctionArguments called={call.function} />
    </li>
  );
}

export function AuthorizationCard({ authorization }: { authorization: DecodedAuthorization }) {
  const { caller, consumer, function: called } = authorization;
  return (
    <li class="call">
      <span class="call-name">{functionName(called)}</span>
      <p class="call-by">
        of <PartyName party={consumer} />, to be called by <PartyName party={caller} /> on your behalf
      </p>
      <FunctionArguments called={called} />
    </li>
  );
}

function CallPlace({ call }: { call: DecodedCall }) {
  if (call.functionType === 'utility') return <span class="tag">Read only</span>;
  return <PlaceLabel place={call.functionType} />;
}

export function functionName(called: DecodedFunction): string {
  if (called.is !== 'unknown') return called.name;
  return called.selector ? `Unknown function ${called.selector}` : 'Unknown function';
}

export function FunctionArguments({ called }: { called: DecodedFunction }) {
  if (called.is === 'known') {
    if (called.arguments.length === 0) return null;
    return (
      <div class="arguments">
        <Facts>
          {called.arguments.map((argument, index) => (
            <Argument key={index} argument={argument} />
          ))}
        </Facts>
      </div>
    );
  }
  return (
    <>
      {called.is === 'unknown' && (
        <Notice tone="warning">Pixie does not know this contract and cannot say what the call does.</Notice>
      )}
      {called.arguments && called.arguments.length > 0 && (
        <details class="details">
          <summary>
            {called.arguments.length} {called.arguments.length === 1 ? 'field' : 'fields'} as sent
          </summary>
          <pre class="raw" tabIndex={0}>
            {called.arguments.join('\n')}
          </pre>
        </details>
      )}
    </>
  );
}

function Argument({ argument: { name, value, amount, party } }: { argument: DecodedArgument }) {
  if (party) {
    return (
      <Fact name={name} wide>
        <PartyView party={party} label={`Address of ${name}`} />
      </Fact>
    );
  }
  if (amount !== undefined) {
    return (
      <Fact name={name}>
        <strong>{amount}</strong>
      </Fact>
    );
  }
  const text = valueText(value);
  return (
    <Fact name={name} wide={text.length > 24}>
      <span class="value">{text}</span>
    </Fact>
  );
}

function valueText(value: AbiJson): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') {
    // Texts of a fixed length are filled up with zeros.
    const text = value.replace(/\0+$/, '');
    return text === '' ? '(empty)' : text;
  }
  return JSON.stringify(value, null, 2);
}

/** All of it, for those who want to check. */
export function Exactly({ message, chain, content }: { message: string; chain: { chainId: string; version: string }; content: unknown }) {
  return (
    <details class="details">
      <summary>Exactly what is signed</summary>
      <Facts>
        <Fact name="Message" wide>
          <span class="value">{message}</span>
        </Fact>
        <Fact name="L1 chain">{smallNumber(chain.chainId)}</Fact>
        <Fact name="Rollup">{smallNumber(chain.version)}</Fact>
      </Facts>
      <pre class="raw" tabIndex={0}>
        {JSON.stringify(content, null, 2)}
      </pre>
    </details>
  );
}

/** A field element that is a small number. */
export function smallNumber(field: string): string {
  try {
    return BigInt(field).toString();
  } catch {
    return field;
  }
}
