// MEXC's protobuf push frames: the part of its published schema that carries books and best prices.
import protobuf from 'protobufjs'

const schema = `
syntax = "proto3";
message Level { string price = 1; string quantity = 2; }
message AggreDepths {
  repeated Level asks = 1;
  repeated Level bids = 2;
  string eventType = 3;
  string fromVersion = 4;
  string toVersion = 5;
}
message AggreBookTicker {
  string bidPrice = 1;
  string bidQuantity = 2;
  string askPrice = 3;
  string askQuantity = 4;
}
message Wrapper {
  string channel = 1;
  string symbol = 3;
  int64 createTime = 5;
  int64 sendTime = 6;
  AggreDepths publicAggreDepths = 313;
  AggreBookTicker publicAggreBookTicker = 315;
}
`

export type MexcFrame = {
  readonly channel: string
  readonly symbol: string
  readonly sendTime: number
  readonly publicAggreDepths?: {
    readonly asks: readonly { price: string; quantity: string }[]
    readonly bids: readonly { price: string; quantity: string }[]
    readonly eventType: string
    readonly fromVersion: string
    readonly toVersion: string
  }
  readonly publicAggreBookTicker?: {
    readonly bidPrice: string
    readonly bidQuantity: string
    readonly askPrice: string
    readonly askQuantity: string
  }
}

const wrapper = protobuf.parse(schema, { keepCase: true }).root.lookupType('Wrapper')

export const mexcFrame = (frame: MexcFrame): Uint8Array =>
  wrapper.encode(wrapper.create(frame)).finish()
