import type { Party, RequestOf } from '../shared/api.ts';
import { formatAmount } from '../shared/amount.ts';
import { FEE_DECIMALS, FEE_SYMBOL } from '../shared/fee.ts';
import { PartyName } from '../ui/Address.tsx';
import { Fact, Facts, Section } from '../ui/List.tsx';
import { Notice } from '../ui/Notice.tsx';
import { AuthorizationCard, CallCard, Exactly, functionName } from './Calls.tsx';
import { LinkTag, Privacy } from './Privacy.tsx';
import { meaningOf } from './words.ts';

type Request = RequestOf<'transaction'> | RequestOf<'profile'>;

export function TransactionView({ request }: { request: Request }) {
  const { authorizations, fee } = request;
  const own = request.calls.slice(0, request.ownCalls);
  const asked = request.calls.slice(request.ownCalls);
  return (
    <>
      <Statement request={request} />
      {request.kind === 'profile' && (
        <Notice tone="warning" title="It is measured, not sent">
          It is signed and executed on this device. The site is told all that the circuits see, which is more
          than it learns of a transaction that is sent: private notes and keys of this app among it.
        </Notice>
      )}
      <div class="card padded">
        <Facts>
          <Fact name="Account">
            {isNobody(request.from) ? 'None: nobody signs it' : <PartyName party={request.from} />}
          </Fact>
          <Fact name="Fee">
            {fee.expected !== undefined && <div>about {juice(fee.expected)}</div>}
            <div class={fee.expected === undefined ? undefined : 'muted small'}>at most {juice(fee.atMost)}</div>
          </Fact>
          <Fact name="Paid by">
            {fee.payer.address === request.from.address ? 'This account' : <PartyName party={fee.payer} />}
          </Fact>
          {request.kind === 'transaction' && (
            <Fact name="On chain">
              <LinkTag privacy={request.privacy} />
            </Fact>
          )}
        </Facts>
      </div>
      <Section title={asked.length === 1 ? 'Call' : `${asked.length} calls`}>
        <ul class="card rows">
          {asked.map((call, index) => (
            <CallCard key={index} call={call} />
          ))}
          {own.map((call, index) => (
            <CallCard key={`own-${index}`} call={call} isOwn />
          ))}
        </ul>
      </Section>
      {authorizations.length > 0 && (
        <Section title="It also authorises">
          <ul class="card rows">
            {authorizations.map((authorization, index) => (
              <AuthorizationCard key={index} authorization={authorization} />
            ))}
          </ul>
        </Section>
      )}
      <Privacy privacy={request.privacy} />
      {request.underneath.length > 0 && (
        <details class="details">
          <summary>
            {request.underneath.length} {request.underneath.length === 1 ? 'call' : 'calls'} underneath
          </summary>
          <ul class="card rows">
            {request.underneath.map((call, index) => (
              <CallCard key={index} call={call} />
            ))}
          </ul>
        </details>
      )}
      <Exactly message={request.message} chain={request.chain} content={request.payload} />
    </>
  );
}

/** The one line that most people read. */
function Statement({ request }: { request: Request }) {
  const asked = request.calls.slice(request.ownCalls);
  const [call] = asked;
  if (!call) return <p class="statement">A transaction without calls</p>;
  if (asked.length > 1) return <p class="statement">{asked.length} calls in one transaction</p>;
  const meaning = meaningOf(call, request.from.address);
  if (!meaning) {
    return (
      <p class="statement">
        Call <q>{functionName(call.function)}</q> of <PartyName party={call.contract} />
      </p>
    );
  }
  return (
    <p class="statement">
      {meaning.verb} {meaning.amount} {meaning.manner}
      {meaning.to && (
        <>
          {' '}
          to {meaning.to.address === request.from.address ? 'yourself' : <PartyName party={meaning.to} />}
        </>
      )}
    </p>
  );
}

/** The zero address stands for no account. */
function isNobody({ address }: Party): boolean {
  return /^0x0+$/.test(address);
}

function juice(raw: string): string {
  return `${formatAmount(raw, FEE_DECIMALS, 6)} ${FEE_SYMBOL}`;
}
