//! How surfaces and their lines are drawn.

use bevy::{
    asset::{AssetServer, load_embedded_asset},
    core_pipeline::{FullscreenShader, core_3d::CORE_3D_DEPTH_FORMAT},
    mesh::VertexBufferLayout,
    prelude::*,
    render::render_resource::{
        BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendState, ColorTargetState, ColorWrites, CompareFunction,
        DepthBiasState, DepthStencilState, FragmentState, MultisampleState, PrimitiveState, PrimitiveTopology,
        RenderPipelineDescriptor, ShaderStages, SpecializedRenderPipeline, StencilState, TextureFormat,
        TextureSampleType, VertexAttribute, VertexFormat, VertexState, VertexStepMode,
        binding_types::{storage_buffer_read_only_sized, texture_2d, texture_depth_2d, uniform_buffer},
    },
};

use super::{gpu::SurfaceUniform, lines::Line};

/// Layouts and shaders of surfaces.
#[derive(Resource)]
pub(super) struct SurfacePipeline {
    pub(super) sight: BindGroupLayoutDescriptor,
    pub(super) data: BindGroupLayoutDescriptor,
    pub(super) layer: BindGroupLayoutDescriptor,
    fullscreen: FullscreenShader,
    kept: Handle<Shader>,
    surface: Handle<Shader>,
    lines: Handle<Shader>,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// A surface that hides what is behind it.
    Opaque,
    /// Where a translucent surface is nearest, so that it is seen once and not through itself.
    Nearest,
    /// A surface over what is behind it.
    Translucent,
    /// The kept picture of a surface that hides what is behind it.
    Layer,
    /// The kept picture of a surface that is seen through.
    TranslucentLayer,
    /// Lines that nothing hides.
    Lines,
    /// Lines where they are hidden.
    HiddenLines,
    /// The fillings of cuts.
    Planes,
}

/// What the shader of a surface has to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Style {
    /// Whether some heights are no numbers.
    pub(super) holes: bool,
    /// Whether light falls on it.
    pub(super) lit: bool,
}

/// Everything that a pipeline depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PipelineKey {
    pub(super) part: Part,
    /// Of the surface; that of others is the default.
    pub(super) style: Style,
    /// Of the camera's picture.
    pub(super) format: TextureFormat,
    /// Of the camera's picture.
    pub(super) samples: u32,
}

pub(super) fn make_pipeline(mut commands: Commands, assets: Res<AssetServer>, fullscreen: Res<FullscreenShader>) {
    let values = || storage_buffer_read_only_sized(false, None);
    commands.insert_resource(SurfacePipeline {
        sight: BindGroupLayoutDescriptor::new(
            "surface sight",
            &BindGroupLayoutEntries::single(ShaderStages::VERTEX_FRAGMENT, uniform_buffer::<SurfaceUniform>(false)),
        ),
        data: BindGroupLayoutDescriptor::new(
            "surface data",
            &BindGroupLayoutEntries::sequential(
                ShaderStages::VERTEX_FRAGMENT,
                (values(), values(), values(), values()),
            ),
        ),
        layer: BindGroupLayoutDescriptor::new(
            "surface layer",
            &BindGroupLayoutEntries::sequential(
                ShaderStages::FRAGMENT,
                (texture_2d(TextureSampleType::Float { filterable: false }), texture_depth_2d()),
            ),
        ),
        fullscreen: fullscreen.clone(),
        kept: load_embedded_asset!(&*assets, "layer.wgsl"),
        surface: load_embedded_asset!(&*assets, "surface.wgsl"),
        lines: load_embedded_asset!(&*assets, "lines.wgsl"),
    });
}

impl Part {
    fn is_surface(self) -> bool {
        matches!(self, Self::Opaque | Self::Nearest | Self::Translucent)
    }

    fn target(self, format: TextureFormat) -> ColorTargetState {
        ColorTargetState {
            format,
            blend: (!matches!(self, Self::Opaque | Self::Layer)).then_some(BlendState::ALPHA_BLENDING),
            write_mask: if self == Self::Nearest { ColorWrites::empty() } else { ColorWrites::ALL },
        }
    }

    fn depth(self) -> DepthStencilState {
        DepthStencilState {
            format: CORE_3D_DEPTH_FORMAT,
            depth_write_enabled: Some(matches!(
                self,
                Self::Opaque | Self::Nearest | Self::Layer | Self::TranslucentLayer
            )),
            // Bevy's depth is reversed: nearer is greater.
            depth_compare: Some(match self {
                Self::HiddenLines => CompareFunction::Less,
                _ => CompareFunction::GreaterEqual,
            }),
            stencil: StencilState::default(),
            bias: DepthBiasState::default(),
        }
    }

    fn is_layer(self) -> bool {
        matches!(self, Self::Layer | Self::TranslucentLayer)
    }

    fn entry_points(self) -> (&'static str, &'static str) {
        match self {
            Self::Opaque | Self::Nearest | Self::Translucent | Self::Layer | Self::TranslucentLayer => {
                ("vertex", "fragment")
            }
            Self::Lines | Self::HiddenLines => ("line_vertex", "line_fragment"),
            Self::Planes => ("plane_vertex", "plane_fragment"),
        }
    }
}

impl SpecializedRenderPipeline for SurfacePipeline {
    type Key = PipelineKey;

    fn specialize(&self, PipelineKey { part, style, format, samples }: PipelineKey) -> RenderPipelineDescriptor {
        let (vertex, fragment) = part.entry_points();
        let mut defs = Vec::new();
        if style.holes {
            defs.push("HOLES".into());
        }
        if style.lit {
            defs.push("LIT".into());
        }
        if part == Part::HiddenLines {
            defs.push("HIDDEN".into());
        }
        if part.is_layer() {
            return self.layer(part, format, samples);
        }
        let (shader, layout, buffers) = if part.is_surface() {
            (self.surface.clone(), vec![self.sight.clone(), self.data.clone()], Vec::new())
        } else {
            (self.lines.clone(), vec![self.sight.clone()], vec![line_layout()])
        };
        RenderPipelineDescriptor {
            label: Some("surface".into()),
            layout,
            vertex: VertexState {
                shader: shader.clone(),
                shader_defs: defs.clone(),
                entry_point: Some(vertex.into()),
                buffers,
            },
            fragment: Some(FragmentState {
                shader,
                shader_defs: defs,
                entry_point: Some(fragment.into()),
                targets: vec![Some(part.target(format))],
            }),
            // Both sides of a surface are to be seen.
            primitive: PrimitiveState { topology: PrimitiveTopology::TriangleStrip, cull_mode: None, ..default() },
            depth_stencil: Some(part.depth()),
            multisample: MultisampleState { count: samples, ..default() },
            ..default()
        }
    }
}

impl SurfacePipeline {
    fn layer(&self, part: Part, format: TextureFormat, samples: u32) -> RenderPipelineDescriptor {
        RenderPipelineDescriptor {
            label: Some("surface layer".into()),
            layout: vec![self.layer.clone()],
            vertex: self.fullscreen.to_vertex_state(),
            fragment: Some(FragmentState {
                shader: self.kept.clone(),
                entry_point: Some("fragment".into()),
                targets: vec![Some(part.target(format))],
                ..default()
            }),
            depth_stencil: Some(part.depth()),
            multisample: MultisampleState { count: samples, ..default() },
            ..default()
        }
    }
}

/// Three times four numbers for each line.
fn line_layout() -> VertexBufferLayout {
    let attribute =
        |at: u32| VertexAttribute { format: VertexFormat::Float32x4, offset: 16 * u64::from(at), shader_location: at };
    VertexBufferLayout {
        array_stride: 4 * Line::PARTS as u64,
        step_mode: VertexStepMode::Instance,
        attributes: (0..3).map(attribute).collect(),
    }
}
