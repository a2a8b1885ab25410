// Fee juice, which fees are paid in.
export const FEE_DECIMALS = 18;
export const FEE_SYMBOL = 'fee juice';
