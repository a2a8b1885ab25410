use super::{Index, PackError, PackedContract, ProtocolCircuit, ResourceSet, npm};
use pixie_primitives::Fr;
use pixie_primitives::artifact::{ContractArtifact, DebugData};

/// Where protocol circuits and contracts come from. It names files and reads their bytes; fetching
/// them is the caller's part.
#[derive(Debug, Clone)]
pub enum Source {
    /// A pack. Paths are relative to its folder.
    Packed(Index),
    /// The reference's packages. Paths are relative to the folder `@aztec` of `node_modules`.
    Packages {
        /// The leaves of the tree of verification keys.
        verification_key_tree: Vec<Fr>,
    },
}

impl Source {
    /// A pack, by its `index.json`.
    ///
    /// # Errors
    /// If the index is malformed or of another format.
    pub fn packed(index: &[u8]) -> Result<Self, PackError> {
        Ok(Self::Packed(Index::parse(index)?))
    }

    /// The packages, by the text of the file [`npm::KEY_TREE`].
    ///
    /// # Errors
    /// If the file is not as expected.
    pub fn packages(key_tree: &str) -> Result<Self, PackError> {
        Ok(Self::Packages {
            verification_key_tree: npm::verification_key_tree(key_tree)?,
        })
    }

    /// The leaves of the tree of verification keys, in order; zeros follow them.
    #[must_use]
    pub fn verification_key_tree(&self) -> &[Fr] {
        match self {
            Self::Packed(index) => &index.verification_key_tree,
            Self::Packages {
                verification_key_tree,
            } => verification_key_tree,
        }
    }

    /// The file of a protocol circuit, such as `private_kernel_reset_4_4_4_4_4_4_4_4_4` or
    /// `private_kernel_tail_simulated`.
    ///
    /// # Errors
    /// [`PackError::Unknown`].
    pub fn circuit_path(&self, name: &str) -> Result<String, PackError> {
        let set = ResourceSet::of_circuit(name);
        match self {
            Self::Packed(index) => Ok(index.entry(set, name)?.path()),
            Self::Packages { .. } if npm::is_client_circuit(name) => {
                Ok(format!("{}/{name}.json", npm::CIRCUITS))
            }
            Self::Packages { .. } => Err(PackError::Unknown {
                name: name.to_owned(),
                set,
            }),
        }
    }

    /// Reads the file of a protocol circuit.
    ///
    /// # Errors
    /// If it is damaged or malformed.
    pub fn circuit(&self, name: &str, file: &[u8]) -> Result<ProtocolCircuit, PackError> {
        match self {
            Self::Packed(index) => index
                .entry(ResourceSet::of_circuit(name), name)?
                .unpack(file),
            Self::Packages { .. } => npm::circuit(file),
        }
    }

    /// The file of a contract, such as `SchnorrAccount`.
    ///
    /// # Errors
    /// [`PackError::Unknown`].
    pub fn contract_path(&self, name: &str) -> Result<String, PackError> {
        let set = ResourceSet::Contracts;
        match self {
            Self::Packed(index) => Ok(index.entry(set, name)?.path()),
            Self::Packages { .. } => npm::CONTRACTS
                .iter()
                .find(|(contract, _)| *contract == name)
                .map(|(_, path)| (*path).to_owned())
                .ok_or_else(|| PackError::Unknown {
                    name: name.to_owned(),
                    set,
                }),
        }
    }

    /// Reads the file of a contract. Debug symbols and sources are left out.
    ///
    /// # Errors
    /// If it is damaged or malformed.
    pub fn contract(&self, name: &str, file: &[u8]) -> Result<ContractArtifact, PackError> {
        match self {
            Self::Packed(index) => {
                let entry = index.entry(ResourceSet::Contracts, name)?;
                entry.unpack::<PackedContract>(file)?.into_artifact()
            }
            Self::Packages { .. } => Ok(ContractArtifact::from_json(file, DebugData::Drop)?),
        }
    }
}
