// What the dapp does with a token, by whichever wallet.
import { AztecAddress } from '@aztec/aztec.js/addresses';
import { BatchCall } from '@aztec/aztec.js/contracts';
import { Fr } from '@aztec/aztec.js/fields';
import type { TxReceipt } from '@aztec/aztec.js/tx';
import type { Wallet } from '@aztec/aztec.js/wallet';
import { TokenContract, type Transfer } from '@aztec/noir-contracts.js/Token';

import type { Network } from './network.ts';

const DECIMALS = 18;

/** The schema of aztec.js reads an address in an event as the number that it is. */
const addressOf = (value: unknown) => AztecAddress.fromField(new Fr(BigInt(String(value))));

/** Where a transaction ended up. */
const mined = ({ txHash, blockNumber, transactionFee }: TxReceipt) => ({ txHash, blockNumber, transactionFee });

export async function deploy(wallet: Wallet, from: AztecAddress, name: string) {
  const deployment = TokenContract.deploy(wallet, from, name, 'DEMO', DECIMALS);
  const { contract, receipt } = await deployment.send({ from });
  return { address: contract.address, ...mined(receipt) };
}

/** Makes a token known to the wallet that others have deployed. */
export async function register(wallet: Wallet, { node }: Network, address: AztecAddress) {
  const instance = await node.getContract(address);
  if (!instance) throw new Error('the node knows no contract at this address');
  await wallet.registerContract(instance, TokenContract.artifact);
  return { address };
}

/** One token, one account. */
export class Token {
  readonly #wallet: Wallet;
  readonly #contract: TokenContract;
  readonly #from: AztecAddress;

  constructor(wallet: Wallet, address: AztecAddress, from: AztecAddress) {
    this.#wallet = wallet;
    this.#contract = TokenContract.at(address, wallet);
    this.#from = from;
  }

  async mint(amount: bigint) {
    const { receipt } = await this.#contract.methods.mint_to_private(this.#from, amount).send({ from: this.#from });
    return mined(receipt);
  }

  async transfer(to: AztecAddress, amount: bigint) {
    const { receipt } = await this.#contract.methods.transfer(to, amount).send({ from: this.#from });
    return mined(receipt);
  }

  /** The private balance is read from the account's notes, the public one by a simulation. */
  async balances() {
    const { balance_of_private, balance_of_public } = this.#contract.methods;
    const { result: kept } = await balance_of_private(this.#from).simulate({ from: this.#from });
    const { result: open } = await balance_of_public(this.#from).simulate({ from: this.#from });
    return { private: kept as bigint, public: open as bigint };
  }

  async events() {
    const found = await this.#wallet.getPrivateEvents<Transfer>(TokenContract.events.Transfer, {
      contractAddress: this.#contract.address,
      scopes: [this.#from],
    });
    return found.map(({ event: { from, to, amount }, metadata: { txHash } }) => ({
      from: addressOf(from),
      to: addressOf(to),
      amount,
      txHash,
    }));
  }

  /** Lets somebody transfer an amount on the account's behalf, once. */
  async authorize(caller: AztecAddress, amount: bigint) {
    const transfer = this.#contract.methods.transfer_in_private(this.#from, caller, amount, Fr.random());
    const witness = await this.#wallet.createAuthWit(this.#from, { caller, call: await transfer.getFunctionCall() });
    return { requestHash: witness.requestHash, fields: witness.witness.length };
  }

  /** Three questions at once. */
  async batch() {
    const call = await this.#contract.methods.balance_of_private(this.#from).getFunctionCall();
    const [chain, accounts, balance] = await this.#wallet.batch([
      { name: 'getChainInfo', args: [] },
      { name: 'getAccounts', args: [] },
      { name: 'executeUtility', args: [call, { scope: this.#from }] },
    ]);
    return { chain: chain.result, accounts: accounts.result.length, balance: balance.result.result[0]?.toBigInt() };
  }

  /** Two calls in one transaction. */
  async both(to: AztecAddress, amount: bigint) {
    const { mint_to_public, transfer } = this.#contract.methods;
    const calls = [mint_to_public(this.#from, amount), transfer(to, amount)];
    const { receipt } = await new BatchCall(this.#wallet, calls).send({ from: this.#from });
    return mined(receipt);
  }
}
