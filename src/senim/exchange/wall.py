"""Why names of other systems stand before the second wall; see `base.second_wall`."""

EXEMPT = {
    "exchange_externalid": "ids of other systems beside ids of ours, without a name",
    "exchange_importrun": "counts and warnings without names; its actor is an account's id",
}
