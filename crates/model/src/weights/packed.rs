use std::io;
use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;

use super::checksum::checksum;
use super::layout::Layout;
use super::pack::pack;
use super::tensors::{Tensors, Weights};
use crate::error::ModelError;
use crate::folder::EncoderConfig;
use crate::kept;
use crate::kernels::{Aligned, Kernels, NumberFormat};

/// All weights of an encoder but its word table, in the layout its kernels read.
pub(crate) struct Packed {
    pub(crate) layout: Layout,
    block: Block,
    /// Why they could not be kept in the cache, if they should have been.
    pub(crate) unkept: Option<io::Error>,
}

/// Words that begin at a multiple of 64 bytes.
enum Block {
    Memory(Aligned<u32>),
    /// A file of the cache, whole.
    File(Mmap),
}

/// Two files with different numbers here are never taken for one another.
const VERSION: u64 = 5;
const MAGIC: u64 = u64::from_le_bytes(*b"NARAGPCK");
/// Bytes before the block in a file: the magic, the key, the words of the block and its checksum, 8 bytes each, and
/// zeros.
const HEADER: usize = 64;

impl Packed {
    /// The weights from the folder `cache`, or from the tensors, which are checked then; in that case they are put
    /// into the folder for the next time. That this fails only means that the next time takes longer; it is noted.
    ///
    /// A cached file is taken only when it is whole: its key says for which weights, sizes, kernels and layout it was
    /// made, and its checksum over all of its words is read at every opening. That costs a millisecond or two for a
    /// model of the embedder's size, half a second for one of two GB, and the pages have to be touched anyway.
    pub(crate) fn read(
        weights: &Weights,
        tensors: &Tensors<'_>,
        config: &EncoderConfig,
        kernels: &Kernels,
        format: NumberFormat,
        threads: usize,
        cache: Option<&Path>,
    ) -> Result<Self, ModelError> {
        let layout = Layout::new(config, kernels, format);
        let place = cache.map(|folder| {
            let key = key(weights, config, kernels, format);
            (folder.join(format!("packed-{key:016x}.bin")), key)
        });
        if let Some((path, key)) = &place
            && let Some(block) = open(path, *key, layout.words())
        {
            kept::used(path);
            return Ok(Self { layout, block, unkept: None });
        }
        let mut words = Aligned::zeros(layout.words());
        pack(tensors, config, kernels, &layout, threads, &mut words)?;
        let unkept = place.and_then(|(path, key)| write(&path, key, &words).err());
        Ok(Self { layout, block: Block::Memory(words), unkept })
    }

    /// See [`Layout::positions`]; row-major.
    pub(crate) fn positions(&self) -> &[f32] {
        floats(self.head(), &self.layout.positions)
    }

    /// What belongs to the embeddings and the classifier.
    pub(crate) fn head(&self) -> &[u32] {
        &self.block.words()[..self.layout.head]
    }

    /// The blocks of the layers, in order.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &[u32]> {
        self.block.words()[self.layout.head..].chunks_exact(self.layout.layer_words)
    }
}

impl Block {
    fn words(&self) -> &[u32] {
        match self {
            Self::Memory(words) => words,
            Self::File(bytes) => bytemuck::cast_slice(&bytes[HEADER..]),
        }
    }
}

/// The part of a block at `range`, as floats.
pub(crate) fn floats<'a>(block: &'a [u32], range: &Range<usize>) -> &'a [f32] {
    bytemuck::cast_slice(&block[range.clone()])
}

/// One number for all that decides about the words of a packed model.
fn key(weights: &Weights, config: &EncoderConfig, kernels: &Kernels, format: NumberFormat) -> u64 {
    let sizes = [
        config.family as usize,
        config.task as usize,
        config.first_position(),
        config.hidden_size,
        config.num_hidden_layers,
        config.num_attention_heads,
        config.intermediate_size,
        config.max_position_embeddings,
        config.vocab_size,
        config.type_vocab_size,
        kernels.panel,
        usize::from(kernels.bf16.fast),
        format as usize,
    ];
    let mut bytes = Vec::from(VERSION.to_le_bytes());
    bytes.extend(sizes.iter().flat_map(|size| (*size as u64).to_le_bytes()));
    weights.sums().for_each(|sum| bytes.extend(sum.bytes()));
    checksum(&bytes)
}

/// The file at `path`, if it is whole and has that key and that many words.
fn open(path: &Path, key: u64, words: usize) -> Option<Block> {
    let bytes = kept::open(path)?;
    let (header, block) = bytes.split_at_checked(HEADER)?;
    let whole = block.len() == words * 4 && header == self::header(key, block);
    whole.then_some(Block::File(bytes))
}

fn header(key: u64, block: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let numbers = [MAGIC, key, block.len() as u64 / 4, checksum(block)];
    for (to, number) in header.chunks_exact_mut(8).zip(numbers) {
        to.copy_from_slice(&number.to_le_bytes());
    }
    header
}

fn write(path: &Path, key: u64, words: &[u32]) -> io::Result<()> {
    let block = bytemuck::cast_slice(words);
    kept::write(path, &header(key, block), block)
}
