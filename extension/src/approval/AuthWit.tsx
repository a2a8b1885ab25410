import type { RequestOf } from '../shared/api.ts';
import { PartyName, PartyView } from '../ui/Address.tsx';
import { Fact, Facts, Section } from '../ui/List.tsx';
import { Notice } from '../ui/Notice.tsx';
import { CallCard, Exactly, functionName } from './Calls.tsx';
import { Privacy } from './Privacy.tsx';
import { meaningOf } from './words.ts';

export function AuthWitView({ request }: { request: RequestOf<'authWit'> }) {
  const { action, from } = request;
  if (action.is === 'opaque') {
    return (
      <>
        <p class="statement">Authorise something that cannot be read</p>
        <Notice tone="danger" title="Nobody can say what this allows">
          The contract below decides what it means. Approve only if you know exactly what you are doing.
        </Notice>
        <div class="card padded">
          <Facts>
            <Fact name="Account">
              <PartyName party={from} />
            </Fact>
            <Fact name="Contract that checks" wide>
              <PartyView party={action.consumer} label="Contract address" />
            </Fact>
            <Fact name="Its name for the action" wide>
              <span class="value">{action.innerHash}</span>
            </Fact>
          </Facts>
        </div>
        <Privacy privacy={request.privacy} />
        <Exactly message={request.message} chain={request.chain} content={request.intent} />
      </>
    );
  }
  const { caller, call } = action;
  const meaning = meaningOf(call, from.address);
  return (
    <>
      <p class="statement">
        Let <PartyName party={caller} />{' '}
        {meaning ? (
          <>
            {meaning.verb.toLowerCase()} {meaning.amount} {meaning.manner}
            {meaning.to && (
              <>
                {' '}
                to <PartyName party={meaning.to} />
              </>
            )}{' '}
            on your behalf
          </>
        ) : (
          <>
            call <q>{functionName(call.function)}</q> on your behalf
          </>
        )}
      </p>
      <div class="card padded">
        <Facts>
          <Fact name="Account">
            <PartyName party={from} />
          </Fact>
          <Fact name="Who may act" wide>
            <PartyView party={caller} label="Address of the caller" />
          </Fact>
        </Facts>
      </div>
      <Section title="The call">
        <ul class="card rows">
          <CallCard call={call} />
        </ul>
      </Section>
      <Privacy privacy={request.privacy} />
      <Exactly message={request.message} chain={request.chain} content={request.intent} />
    </>
  );
}
