// The requests that are said in a few lines.
import type { RequestOf } from '../shared/api.ts';
import { AddressDetails, Identicon, PartyName, PartyView, ShortAddress } from '../ui/Address.tsx';
import { Fact, Facts, Section } from '../ui/List.tsx';
import { Notice } from '../ui/Notice.tsx';
import { CallCard, smallNumber } from './Calls.tsx';

export function DiscoverView({ request }: { request: RequestOf<'discover'> }) {
  return (
    <>
      <p class="statement">Let this site know that you use Pixie</p>
      <div class="card padded">
        <Facts>
          <Fact name="It calls itself">
            <q>{request.appId}</q>
          </Fact>
          <Fact name="It is for chain">{smallNumber(request.chain.chainId)}</Fact>
        </Facts>
      </div>
      <Notice icon="info">
        It learns nothing of your accounts by this. It can then ask to be connected, and you decide about that
        apart.
      </Notice>
    </>
  );
}

export function SenderView({ request }: { request: RequestOf<'registerSender'> }) {
  return (
    <>
      <p class="statement">Look for private messages from this address</p>
      <div class="card padded">
        <Facts>
          <Fact name="Sender" wide>
            <PartyView party={request.sender} label="Address of the sender" />
          </Fact>
          {request.alias !== undefined && (
            <Fact name="The site calls them">
              <q>{request.alias}</q>
            </Fact>
          )}
        </Facts>
      </div>
      <Notice icon="info">
        Each synchronisation then also looks for what this address sends to your accounts. They learn nothing
        by it; many senders make it slower.
      </Notice>
    </>
  );
}

export function ContractView({ request }: { request: RequestOf<'registerContract'> }) {
  return (
    <>
      <p class="statement">Take a contract into this wallet</p>
      <div class="card padded">
        <Facts>
          {request.contract !== undefined && (
            <Fact name="It calls itself">
              <q>{request.contract}</q>
            </Fact>
          )}
          <Fact name="Address" wide>
            <AddressDetails address={request.address} label="Contract address" />
          </Fact>
          <Fact name="Class" wide>
            <span class="value">{request.classId}</span>
          </Fact>
        </Facts>
      </div>
      {request.hasSecretKey && (
        <Notice tone="warning" title="It brings a secret key">
          The site has this key as well: what is sent to the contract privately, it can read.
        </Notice>
      )}
      <Notice icon="info">The code of the contract runs on this device when it is called or synchronised.</Notice>
    </>
  );
}

export function AddressBookView({ request }: { request: RequestOf<'addressBook'> }) {
  const { entries } = request;
  return (
    <>
      <p class="statement">
        Tell this site {entries.length === 1 ? 'one entry' : `${entries.length} entries`} of your address book
      </p>
      <Notice tone="warning">It learns whom you deal with. What it has been told cannot be taken back.</Notice>
      <Section title="What it would be told">
        <ul class="card rows">
          {entries.map(({ alias, item }) => (
            <li key={item} class="row">
              <Identicon address={item} />
              <span class="row-text">
                <span class="row-title">{alias}</span>
                <ShortAddress address={item} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

export function DisclosureView({ request }: { request: RequestOf<'disclosure'> }) {
  return (
    <>
      <p class="statement">Tell this site what these calls return</p>
      <Notice tone="warning">
        The calls read what is private to <PartyName party={request.from} />, such as balances. Nothing is sent
        to the network.
      </Notice>
      <Section title={request.calls.length === 1 ? 'Call' : `${request.calls.length} calls`}>
        <ul class="card rows">
          {request.calls.map((call, index) => (
            <CallCard key={index} call={call} />
          ))}
        </ul>
      </Section>
    </>
  );
}
