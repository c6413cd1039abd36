using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct element_record of Bpf/look.bpf.c: the beginning of a map, an element of it that keeps a program, or its end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ElementRecord
{
    /// <summary>In <see cref="Program"/>: <see cref="Key"/> is the map whose elements follow.</summary>
    internal const uint Begin = 0;

    /// <summary>In <see cref="Program"/>: <see cref="Key"/> is an <see cref="ElementsEnd"/>.</summary>
    internal const uint End = uint.MaxValue;

    internal uint Key;
    internal uint Program;
}

/// <summary>enum elements_end: how far the elements of a map were read.</summary>
internal enum ElementsEnd : uint
{
    All,
    TooManySlots,
    TooMany,
    Unknown,
}
