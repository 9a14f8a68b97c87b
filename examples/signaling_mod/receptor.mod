COMMENT
A receptor that up to four ligands compete for: those that are bound take the others' room.
ENDCOMMENT

NEURON {
  POINT_PROCESS GenericReceptor
  POINTER C_lig1, C_lig2, C_lig3, C_lig4
  RANGE n_ligands, kd1, kd2, kd3, kd4, efficacy1, efficacy2, efficacy3, efficacy4
  RANGE decay1, decay2, decay3, decay4, capacity, baseline, occupancy, activation
}

PARAMETER {
  n_ligands = 1
  kd1 = 1
  kd2 = 1
  kd3 = 1
  kd4 = 1
  efficacy1 = 1
  efficacy2 = 1
  efficacy3 = 1
  efficacy4 = 1
  decay1 = 0.1 (/ms)
  decay2 = 0.1 (/ms)
  decay3 = 0.1 (/ms)
  decay4 = 0.1 (/ms)
  capacity = 1
  baseline = 0
}

ASSIGNED {
  C_lig1
  C_lig2
  C_lig3
  C_lig4
  occ1
  occ2
  occ3
  occ4
  scale
  occupancy
  activation
}

STATE { bound1 bound2 bound3 bound4 }

INITIAL {
  bound1 = 0
  bound2 = 0
  bound3 = 0
  bound4 = 0
  answer()
}

BREAKPOINT {
  SOLVE states METHOD cnexp
  answer()
}

DERIVATIVE states {
  compete()
  bound1' = scale * occ1 - bound1 * decay1
  bound2' = scale * occ2 - bound2 * decay2
  bound3' = scale * occ3 - bound3 * decay3
  bound4' = scale * occ4 - bound4 * decay4
}

PROCEDURE compete() { LOCAL total, remaining
  occ1 = C_lig1 / (kd1 + C_lig1)
  occ2 = 0
  occ3 = 0
  occ4 = 0
  if (n_ligands > 1) { occ2 = C_lig2 / (kd2 + C_lig2) }
  if (n_ligands > 2) { occ3 = C_lig3 / (kd3 + C_lig3) }
  if (n_ligands > 3) { occ4 = C_lig4 / (kd4 + C_lig4) }
  total = occ1 + occ2 + occ3 + occ4
  remaining = capacity - (bound1 + bound2 + bound3 + bound4)
  scale = 1
  if (total > remaining && total > 0) { scale = remaining / total }
}

PROCEDURE answer() {
  occupancy = bound1 + bound2 + bound3 + bound4
  activation = baseline + bound1 * efficacy1 + bound2 * efficacy2 + bound3 * efficacy3 + bound4 * efficacy4
  if (activation < 0) { activation = 0 }
  if (activation > 1) { activation = 1 }
}
