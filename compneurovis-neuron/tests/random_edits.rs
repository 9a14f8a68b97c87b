//! A running model is edited at random: probes read what NEURON has, or say why they cannot.
//!
//! `COMPNEUROVIS_RANDOM_EDITS` is the number of edits, `COMPNEUROVIS_SEED` where they start.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod common;

use compneurovis_neuron::{NetCon, Neuron, NeuronError, PointProcess, RangeProbe, Section, Vector, VoltageProbe};

/// Numbers from a seed: the multiplicative generator of Park and Miller, with a multiplier of Knuth's.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }

    fn unit(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 20)
    }
}

struct Model {
    numbers: Numbers,
    sections: Vec<Section>,
    points: Vec<PointProcess>,
    wires: Vec<NetCon>,
    vectors: Vec<Vector>,
    watched: Vec<Section>,
    nsegs: Vec<usize>,
    probe: VoltageProbe,
    made: usize,
    /// How often each kind of edit, and each kind of outcome, was seen.
    seen: std::collections::BTreeMap<&'static str, usize>,
}

impl Model {
    fn new(neuron: &Neuron, seed: u64) -> Self {
        let probe = VoltageProbe::new(neuron, &[]).unwrap();
        let mut model = Self {
            numbers: Numbers(seed),
            sections: Vec::new(),
            points: Vec::new(),
            wires: Vec::new(),
            vectors: Vec::new(),
            watched: Vec::new(),
            nsegs: Vec::new(),
            probe,
            made: 0,
            seen: Default::default(),
        };
        for _ in 0..20 {
            model.create(neuron);
        }
        model.watch(neuron);
        model
    }

    fn count(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn pick(&mut self) -> Section {
        let index = self.numbers.below(self.sections.len());
        self.sections[index].clone()
    }

    fn create(&mut self, neuron: &Neuron) {
        self.made += 1;
        let section = neuron.section(&format!("s{}", self.made)).unwrap();
        section.set_length(5.0 + 100.0 * self.numbers.unit()).unwrap();
        section.set_nseg(1 + self.numbers.below(5)).unwrap();
        section.set_diameter(0.5 + 3.0 * self.numbers.unit()).unwrap();
        section.insert(if self.numbers.below(2) == 0 { "hh" } else { "pas" }).unwrap();
        if !self.sections.is_empty() && self.numbers.below(4) > 0 {
            let parent = self.pick();
            section.connect(self.numbers.below(2) as f64, &parent, self.numbers.unit()).unwrap();
        }
        self.sections.push(section);
    }

    /// Chooses what the probe that outlives edits looks at.
    fn watch(&mut self, neuron: &Neuron) {
        self.watched = (0..12).map(|_| self.pick()).collect();
        self.nsegs = self.watched.iter().map(|section| section.nseg().unwrap()).collect();
        self.probe = VoltageProbe::new(neuron, &self.watched).unwrap();
    }

    fn delete(&mut self) {
        if self.sections.len() > 8 {
            let index = self.numbers.below(self.sections.len());
            self.sections.swap_remove(index).delete().unwrap();
        }
    }

    /// Hangs a section, with all that is on it, elsewhere; never on itself.
    fn reconnect(&mut self) {
        let (child, parent) = (self.pick(), self.pick());
        child.disconnect().unwrap();
        let mut above = Some(parent.clone());
        while let Some(section) = above {
            if section == child {
                return;
            }
            above = section.parent().unwrap().map(|(section, _)| section);
        }
        child.connect(self.numbers.below(2) as f64, &parent, self.numbers.unit()).unwrap();
    }

    fn place(&mut self, neuron: &Neuron) {
        let (section, x) = (self.pick(), self.numbers.unit());
        match self.numbers.below(4) {
            0 => self.points.push(common::clamp(&section, x, 0.0, 1e9, 0.05 * self.numbers.unit())),
            1 => {
                let synapse = section.point_process("ExpSyn", x).unwrap();
                let stim = neuron.artificial_cell("NetStim").unwrap();
                for (name, value) in [("interval", 0.3), ("number", 1e9), ("start", 0.0)] {
                    stim.set(name, value).unwrap();
                }
                let wire = neuron.net_con(Some(&stim), Some(&synapse)).unwrap();
                wire.set_weight(0, 0.001).unwrap();
                self.wires.push(wire);
                self.points.extend([synapse, stim]);
            }
            2 => {
                let vector = neuron.vector(&[]).unwrap();
                vector.record(&section.range_ref("v", x).unwrap()).unwrap();
                self.vectors.push(vector);
            }
            _ => {
                let clamp = common::clamp(&section, x, 0.0, 1e9, 0.0);
                let (values, times) = (neuron.vector(&[0.0, 0.02]).unwrap(), neuron.vector(&[0.0, 5.0]).unwrap());
                values.play(&clamp.range_ref("amp").unwrap(), &times, true).unwrap();
                self.vectors.extend([values, times]);
            }
        }
    }

    fn drop_one(&mut self) {
        let index = self.numbers.below(1 << 16);
        match self.numbers.below(3) {
            0 if !self.points.is_empty() => drop(self.points.swap_remove(index % self.points.len())),
            1 if !self.wires.is_empty() => drop(self.wires.swap_remove(index % self.wires.len())),
            _ if !self.vectors.is_empty() => drop(self.vectors.swap_remove(index % self.vectors.len())),
            _ => {}
        }
    }

    fn edit(&mut self, neuron: &Neuron) {
        let kind = self.numbers.below(16);
        if kind < 3 && self.sections.len() < 60 {
            self.count("create");
            return self.create(neuron);
        }
        let section = self.pick();
        match kind {
            0..=3 => {
                self.count("delete");
                self.delete();
            }
            4 | 5 => {
                self.count("nseg");
                section.set_nseg(1 + self.numbers.below(9)).unwrap();
            }
            6 | 7 => {
                self.count("reconnect");
                self.reconnect();
            }
            8 => {
                self.count("insert");
                let mechanism = ["hh", "pas"][self.numbers.below(2)];
                section.insert(mechanism).unwrap();
            }
            9 => {
                self.count("uninsert");
                let mechanism = ["hh", "pas"][self.numbers.below(2)];
                section.uninsert(mechanism).unwrap();
            }
            10 => {
                self.count("length");
                section.set_length(5.0 + 100.0 * self.numbers.unit()).unwrap();
                section.set_diameter(0.5 + 3.0 * self.numbers.unit()).unwrap();
            }
            11 | 12 => {
                self.count("place");
                self.place(neuron);
            }
            13 => {
                self.count("drop");
                self.drop_one();
            }
            14 => {
                self.count("hoc");
                neuron.hoc("forall { if (nseg > 4) { nseg = nseg - 1 } }").unwrap();
            }
            _ => {
                self.count("threads");
                neuron.set_threads(1 + self.numbers.below(2) as u16).unwrap();
            }
        }
    }

    /// Drops the connections whose targets have lost their sections.
    fn drop_lost(&mut self) {
        self.count("lost targets");
        self.wires.retain(|wire| {
            let target = wire.target().unwrap();
            let Some(target) = target else { return true };
            target.class() == "NetStim" || target.location().unwrap().is_some()
        });
    }

    /// A step; what the edits ask for is done.
    fn step(&mut self, neuron: &Neuron) {
        let mut refused = Vec::new();
        for _ in 0..4 {
            let outcome = neuron.advance();
            refused.extend(outcome.as_ref().err().map(ToString::to_string));
            match outcome {
                Ok(()) => return,
                Err(NeuronError::LostTarget { .. }) => self.drop_lost(),
                Err(NeuronError::NotInitialized { .. }) => {
                    self.count("initialisations");
                    match neuron.initialize(-65.0) {
                        Ok(()) => {}
                        Err(NeuronError::LostTarget { .. }) => self.drop_lost(),
                        Err(error) => panic!("{error}"),
                    }
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("the model does not go on: {refused:?}");
    }

    /// The old probe reads right values or says why not; new ones read right values.
    fn check(&mut self, neuron: &Neuron) {
        let mut values = vec![0.0; self.probe.len()];
        let dead = self.watched.iter().any(|section| !section.is_alive());
        let nsegs = |section: &Section| section.nseg().unwrap_or(0);
        let changed = self.watched.iter().map(nsegs).ne(self.nsegs.iter().copied());
        match self.probe.read_f64(&mut values) {
            Ok(report) => {
                assert!(!dead && !changed, "the probe has not seen that its sections are others now");
                if report.resolved {
                    self.count("resolved");
                }
                assert_values(&self.watched, &values);
            }
            Err(NeuronError::DeadSection { .. }) => {
                assert!(dead);
                self.count("dead");
                self.watch(neuron);
            }
            Err(NeuronError::CompartmentsChanged { .. }) => {
                assert!(changed);
                self.count("changed");
                self.watch(neuron);
            }
            Err(error) => panic!("{error}"),
        }
        if self.numbers.below(8) == 0 {
            let mut probe = RangeProbe::over(neuron, "m_hh", &self.sections).unwrap();
            let mut values = vec![0.0; probe.len()];
            probe.read_f64(&mut values).unwrap();
            let expected = self.sections.iter().flat_map(|section| {
                let nseg = section.nseg().unwrap();
                (0..nseg).map(move |i| section.get("m_hh", (i as f64 + 0.5) / nseg as f64).unwrap_or(f64::NAN))
            });
            assert!(expected.map(f64::to_bits).eq(values.iter().map(|value| value.to_bits())));
        }
    }
}

fn assert_values(sections: &[Section], values: &[f64]) {
    let mut values = values.iter();
    for section in sections {
        let nseg = section.nseg().unwrap();
        for i in 0..nseg {
            let v = section.get("v", (i as f64 + 0.5) / nseg as f64).unwrap();
            assert_eq!(values.next().unwrap().to_bits(), v.to_bits(), "{} {i}", section.name());
        }
    }
}

#[test]
fn probes_are_right_whatever_happens_to_the_model() {
    let Some(neuron) = common::neuron() else { return };
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |value| value.parse().unwrap());
    let (edits, seed) = (number("COMPNEUROVIS_RANDOM_EDITS", 10_000), number("COMPNEUROVIS_SEED", 1));
    let mut model = Model::new(&neuron, seed);
    for _ in 0..edits {
        model.edit(&neuron);
        // Before NEURON has put its storage in order, and after.
        model.check(&neuron);
        model.step(&neuron);
        model.check(&neuron);
    }
    println!("{edits} edits: {:?}", model.seen);
    for kind in ["create", "delete", "reconnect", "initialisations", "lost targets", "dead", "changed", "resolved"] {
        assert!(model.seen.get(kind).is_some_and(|count| *count > 10), "{kind} in {:?}", model.seen);
    }
}
