COMMENT
The concentration of a ligand: it decays, is put in from outside, and jumps with each event.
ENDCOMMENT

NEURON {
  POINT_PROCESS GenericLigand
  RANGE C_init, decay_rate, external_input
}

PARAMETER {
  C_init = 0
  decay_rate = 0.01 (/ms)
  external_input = 0 (/ms)
}

STATE { C }

INITIAL { C = C_init }

BREAKPOINT { SOLVE states METHOD cnexp }

DERIVATIVE states { C' = -C * decay_rate + external_input }

NET_RECEIVE(weight) { C = C + weight }
