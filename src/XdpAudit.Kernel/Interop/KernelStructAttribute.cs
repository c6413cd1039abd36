namespace XdpAudit.Kernel;

/// <summary>
/// This structure mirrors one of the kernel's, member by member under the kernel's names; a test compares every offset with the BTF of the
/// running kernel. The unnamed members of a union, as in bpf_attr, are told apart by a member that only one of them has.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class KernelStructAttribute(string name) : Attribute
{
    /// <summary>The kernel's name of the structure or union.</summary>
    public string Name { get; } = name;

    /// <summary>A member of the unnamed or named structure inside <see cref="Name"/> that is mirrored; null for the whole.</summary>
    public string? Within { get; init; }
}
