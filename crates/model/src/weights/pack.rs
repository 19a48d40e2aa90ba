//! From the tensors of a weights file to the layout that kernels read.

use super::layout::{ClassifierLayout, LayerLayout, Layout, LinearLayout, NormLayout};
use super::tensors::Tensors;
use crate::error::ModelError;
use crate::folder::{EncoderConfig, EncoderFamily};
use crate::kernels::{Columns, Kernels, pack_columns};

/// Checks every tensor and fills `block`, which is `layout.words()` zeros, `threads` layers at a time.
pub(crate) fn pack(
    tensors: &Tensors<'_>,
    config: &EncoderConfig,
    kernels: &Kernels,
    layout: &Layout,
    threads: usize,
    block: &mut [u32],
) -> Result<(), ModelError> {
    tensors.check_table("embeddings.word_embeddings.weight", [config.vocab_size, config.hidden_size])?;
    let (head, layers) = block.split_at_mut(layout.head);
    let packer = Packer { tensors, config, kernels };
    packer.positions(floats(&mut head[layout.positions.clone()]))?;
    packer.norm("embeddings.LayerNorm", &layout.norm, head)?;
    if let Some(classifier) = &layout.classifier {
        packer.classifier(classifier, head)?;
    }
    let numbers: Vec<usize> = (0..layout.layers).collect();
    let share = numbers.len().div_ceil(threads.max(1));
    let pack = |numbers: &[usize], block: &mut [u32]| -> Result<(), ModelError> {
        let mut blocks = numbers.iter().zip(block.chunks_exact_mut(layout.layer_words));
        blocks.try_for_each(|(number, block)| packer.layer(*number, &layout.layer, block))
    };
    std::thread::scope(|scope| {
        let parts = numbers.chunks(share).zip(layers.chunks_mut(share * layout.layer_words));
        let threads: Vec<_> = parts.map(|(part, block)| scope.spawn(move || pack(part, block))).collect();
        let mut results = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.try_for_each(|result| result)
    })
}

struct Packer<'a> {
    tensors: &'a Tensors<'a>,
    config: &'a EncoderConfig,
    kernels: &'a Kernels,
}

impl Packer<'_> {
    fn positions(&self, to: &mut [f32]) -> Result<(), ModelError> {
        let width = self.config.hidden_size;
        let shape = [self.config.max_position_embeddings, width];
        let positions = self.tensors.f32("embeddings.position_embeddings.weight", &shape)?;
        let shape = [self.config.type_vocab_size, width];
        let types = self.tensors.f32("embeddings.token_type_embeddings.weight", &shape)?;
        for (to, kind) in to.chunks_exact_mut(self.config.positions() * width).zip(types.chunks_exact(width))
        {
            for ((to, position), kind) in to.iter_mut().zip(positions.iter()).zip(kind.iter().cycle()) {
                *to = position + kind;
            }
        }
        Ok(())
    }

    /// BERT's pooler is what XLM-RoBERTa's classifier has for a first layer.
    fn classifier(&self, layout: &ClassifierLayout, block: &mut [u32]) -> Result<(), ModelError> {
        let (dense, last) = match self.config.family {
            EncoderFamily::Bert => ("pooler.dense", "classifier"),
            EncoderFamily::XlmRoberta => ("classifier.dense", "classifier.out_proj"),
        };
        let hidden = self.config.hidden_size;
        self.linear(dense, 1.0, &layout.dense, 0..hidden, block)?;
        let weight = self.tensors.f32(&format!("{last}.weight"), &[1, hidden])?;
        floats(&mut block[layout.weight.clone()]).copy_from_slice(&weight);
        let bias = self.tensors.f32(&format!("{last}.bias"), &[1])?;
        floats(&mut block[layout.bias.clone()]).copy_from_slice(&bias);
        Ok(())
    }

    fn norm(&self, name: &str, layout: &NormLayout, block: &mut [u32]) -> Result<(), ModelError> {
        for (part, range) in [("weight", &layout.gamma), ("bias", &layout.beta)] {
            let values = self.tensors.f32(&format!("{name}.{part}"), &[self.config.hidden_size])?;
            floats(&mut block[range.clone()]).copy_from_slice(&values);
        }
        Ok(())
    }

    fn layer(&self, number: usize, layout: &LayerLayout, block: &mut [u32]) -> Result<(), ModelError> {
        let own = format!("encoder.layer.{number}");
        let (hidden, wide) = (self.config.hidden_size, self.config.intermediate_size);
        let scale = 1.0 / (self.config.head_size() as f32).sqrt();
        for (at, (part, scale)) in [("query", scale), ("key", 1.0), ("value", 1.0)].into_iter().enumerate() {
            let name = format!("{own}.attention.self.{part}");
            self.linear(&name, scale, &layout.query_key_value, at * hidden..(at + 1) * hidden, block)?;
        }
        self.linear(&format!("{own}.attention.output.dense"), 1.0, &layout.attention, 0..hidden, block)?;
        self.norm(&format!("{own}.attention.output.LayerNorm"), &layout.attention_norm, block)?;
        self.linear(&format!("{own}.intermediate.dense"), 1.0, &layout.widen, 0..wide, block)?;
        self.linear(&format!("{own}.output.dense"), 1.0, &layout.narrow, 0..hidden, block)?;
        self.norm(&format!("{own}.output.LayerNorm"), &layout.norm, block)
    }

    /// Puts the layer `name`, times `scale`, into some of the columns of a layout.
    fn linear(
        &self,
        name: &str,
        scale: f32,
        layout: &LinearLayout,
        columns: std::ops::Range<usize>,
        block: &mut [u32],
    ) -> Result<(), ModelError> {
        let mut weight = self.tensors.f32(&format!("{name}.weight"), &[columns.len(), layout.inputs])?;
        let bias = self.tensors.f32(&format!("{name}.bias"), &[columns.len()])?;
        if scale != 1.0 {
            weight.to_mut().iter_mut().for_each(|value| *value *= scale);
        }
        let to = floats(&mut block[layout.bias.clone()]);
        for (to, bias) in to[columns.clone()].iter_mut().zip(bias.iter()) {
            *to = bias * scale;
        }
        let (panels, rest) = block[layout.panels.start..].split_at_mut(layout.panels.len());
        let after = layout.panels.end;
        let (scales, sums) =
            rest[layout.scales.start - after..].split_at_mut(layout.sums.start - layout.scales.start);
        let scaled = layout.format.is_scaled();
        let mut to = Columns {
            panels,
            scales: if scaled { floats(scales) } else { &mut [] },
            sums: if scaled { floats(sums) } else { &mut [] },
        };
        pack_columns(self.kernels, layout.format, &weight, layout.inputs, columns.start, &mut to);
        Ok(())
    }
}

fn floats(words: &mut [u32]) -> &mut [f32] {
    bytemuck::cast_slice_mut(words)
}
