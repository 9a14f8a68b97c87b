//! Sections to the geometry that is drawn.

use compneurovis_core::{
    Frustum, GeometryError, GeometryId, MorphologyGeometry, MorphologyGeometryBuilder, Section as CoreSection,
    SectionEnd, SectionKind,
};

use crate::{Point3d, SampleKind, Section, Sections};

impl From<SampleKind> for SectionKind {
    fn from(kind: SampleKind) -> Self {
        match kind {
            SampleKind::UNDEFINED => Self::Unknown,
            SampleKind::SOMA => Self::Soma,
            SampleKind::AXON => Self::Axon,
            SampleKind::BASAL_DENDRITE => Self::Dendrite,
            SampleKind::APICAL_DENDRITE => Self::ApicalDendrite,
            SampleKind(number) => Self::Other(number),
        }
    }
}

impl Sections {
    /// The geometry of one cell, each section cut into `nseg(section)` compartments.
    ///
    /// A frustum joins every two 3-D points in a row that are not at the same place, so a section
    /// without length has compartments but no picture. Wires are not drawn: a neurite
    /// starts at its own first point, which tracers put on the surface of the soma.
    ///
    /// # Errors
    ///
    /// An `nseg` of 0, or more compartments than 32 bits count.
    ///
    /// ```
    /// use compneurovis_swc::{Sections, parse_swc};
    ///
    /// let swc = parse_swc(b"1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 9 0 0 1 2\n")?;
    /// let cell = Sections::from_samples(&swc.samples)?;
    /// let geometry = cell.geometry("cell", |section| if section.kind.is_soma() { 1 } else { 4 })?;
    /// assert_eq!((geometry.compartments(), geometry.frusta().len()), (5, 3));
    /// assert_eq!(geometry.entity_id(1).unwrap().as_str(), "dend[0]@0.12500");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn geometry(
        &self,
        id: impl Into<GeometryId>,
        nseg: impl Fn(&Section) -> usize,
    ) -> Result<MorphologyGeometry, GeometryError> {
        let mut builder = MorphologyGeometry::builder(id);
        self.add_to(&mut builder, None, nseg);
        builder.build()
    }

    /// Adds a cell to a geometry of several; its section names become `{cell}.{name}`.
    ///
    /// Returns the index in the geometry of each of [`sections`](Self::sections). Sections go there in
    /// their own order (NEURON's), except where a parent would come after its child: then in the
    /// order of the file.
    ///
    /// ```
    /// use compneurovis_core::MorphologyGeometry;
    /// use compneurovis_swc::{Sections, parse_swc};
    ///
    /// let ball = Sections::from_samples(&parse_swc(b"1 1 0 0 0 5 -1\n")?.samples)?;
    /// let mut builder = MorphologyGeometry::builder("pair");
    /// for cell in ["left", "right"] {
    ///     ball.add_to(&mut builder, Some(cell), |_section| 1);
    /// }
    /// assert_eq!(&*builder.build()?.sections()[1].name, "right.soma[0]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_to(
        &self,
        builder: &mut MorphologyGeometryBuilder,
        cell: Option<&str>,
        nseg: impl Fn(&Section) -> usize,
    ) -> Vec<u32> {
        let mut indices = vec![0; self.sections.len()];
        for place in self.parents_first() {
            let section = &self.sections[place];
            // Too many compartments are the builder's to refuse.
            let nseg = u32::try_from(nseg(section)).unwrap_or(u32::MAX);
            let name = cell.map_or_else(|| section.name.clone(), |cell| format!("{cell}.{}", section.name));
            let mut row = CoreSection::new(name, section.kind.into(), nseg).with_length_um(section.length_um());
            if let Some(parent) = section.parent {
                row = row.with_parent(indices[parent.section]).attached_at(parent.x, SectionEnd::Start);
            }
            indices[place] = builder.section(row);
            for frustum in frusta(section, indices[place], nseg) {
                builder.frustum(frustum);
            }
        }
        indices
    }

    fn parents_first(&self) -> Vec<usize> {
        let own_order = 0..self.sections.len();
        let is_late = |place: usize| self.sections[place].parent.is_some_and(|parent| parent.section > place);
        if own_order.clone().any(is_late) { self.connect_order.clone() } else { own_order.collect() }
    }
}

/// One frustum for every two points in a row that are apart.
fn frusta(section: &Section, index: u32, nseg: u32) -> impl Iterator<Item = Frustum> + '_ {
    let length_um = section.length_um();
    let position = move |arc_um: f64| (arc_um / length_um * f64::from(nseg)) as f32;
    let mut arc_um = 0.0;
    section.points.windows(2).zip(section.piece_lengths_um()).filter_map(move |(ends, piece_um)| {
        let start_um = arc_um;
        arc_um += piece_um;
        let [start, end] = [ends[0], ends[1]];
        (piece_um > 0.0).then(|| Frustum {
            start_um: start.position_um,
            start_radius_um: radius_um(start),
            end_um: end.position_um,
            end_radius_um: radius_um(end),
            section: index,
            start_position: position(start_um),
            end_position: position(arc_um),
        })
    })
}

fn radius_um(point: Point3d) -> f32 {
    point.diameter_um / 2.0
}
