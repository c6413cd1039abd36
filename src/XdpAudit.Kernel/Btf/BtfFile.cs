using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace XdpAudit.Kernel;

/// <summary>
/// The type information of a kernel or of a program (Documentation/bpf/btf.rst): /sys/kernel/btf/vmlinux, BPF_OBJ_GET_INFO_BY_FD. Pure: it
/// reads bytes it is given and never looks for them.
/// </summary>
public sealed class BtfFile
{
    private const int Int = 1, Array = 3, Struct = 4, Union = 5, Enum = 6, Typedef = 8, Volatile = 9, Const = 10, Restrict = 11,
        FuncProto = 13, Var = 14, DataSec = 15, DeclTag = 17, TypeTag = 18, Enum64 = 19, LastKind = 19;

    private readonly byte[] _data;
    private readonly int _strings;
    private readonly int[] _offsets;
    private Dictionary<string, uint>? _names;

    private BtfFile(byte[] data, int strings, int[] offsets)
    {
        _data = data;
        _strings = strings;
        _offsets = offsets;
    }

    /// <summary>Types in it; the numbers run from 1 to this.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>Reads BTF; false with the reason when it is damaged or of a kind we do not know.</summary>
    public static bool TryParse(byte[] data, [NotNullWhen(true)] out BtfFile? file, out string why)
    {
        ArgumentNullException.ThrowIfNull(data);
        file = null;

        // struct btf_header: magic 2, version 1, flags 1, hdr_len, type_off, type_len, str_off, str_len
        if (data.Length < 24 || BinaryPrimitives.ReadUInt16LittleEndian(data) != 0xEB9F)
        {
            why = "it does not begin with the magic number of little-endian BTF";
            return false;
        }

        var header = (long)Word(data, 4);
        long types = header + Word(data, 8), end = types + Word(data, 12), strings = header + Word(data, 16), last = strings + Word(data, 20);
        if (end > data.Length || last > data.Length)
        {
            why = "it is shorter than its header says";
            return false;
        }

        var offsets = new List<int> { 0 };
        for (var at = types; at < end;)
        {
            if (at + 12 > end || SizeOf(data, (int)at) is not { } size || at + size > end)
            {
                why = $"type {offsets.Count} is damaged or of a kind we do not know";
                return false;
            }

            offsets.Add((int)at);
            at += size;
        }

        file = new(data, (int)strings, [.. offsets]);
        why = "";
        return true;
    }

    /// <summary>The name of a type, as bytes; empty when it has none or there is no such type.</summary>
    public ReadOnlySpan<byte> NameOf(uint type) => type > 0 && type < _offsets.Length ? Text(Word(_data, _offsets[type])) : [];

    /// <summary>A structure or union of this name is defined.</summary>
    public bool HasStructure(string name) => Names.ContainsKey(name);

    /// <summary>
    /// Byte offset of a member, as C would give it for <c>offsetof(type, member)</c>: also found inside unnamed members. With
    /// <paramref name="within"/>, only in the member structure (named or not) that has, or is, a member of that name, counted from the
    /// beginning of that structure. Null when there is none.
    /// </summary>
    public int? OffsetOf(string structure, string member, string? within = null)
    {
        if (!Names.TryGetValue(structure, out var type))
        {
            return null;
        }

        if (within is null)
        {
            return Find(type, member);
        }

        return Inner(type, within) is { } found ? Find(found, member) : null;
    }

    private Dictionary<string, uint> Names
    {
        get
        {
            if (_names is null)
            {
                var names = new Dictionary<string, uint>();
                for (uint type = 1; type < _offsets.Length; type++)
                {
                    if (IsStructure(type) && Encoding.UTF8.GetString(NameOf(type)) is { Length: > 0 } name)
                    {
                        names.TryAdd(name, type);
                    }
                }

                _names = names;
            }

            return _names;
        }
    }

    /// <summary>The structure inside a type that is, or without a name has, the member of this name.</summary>
    private uint? Inner(uint type, string within)
    {
        foreach (var (name, member, _) in Members(type))
        {
            var resolved = Resolve(member);
            if (!IsStructure(resolved))
            {
                continue;
            }

            if (name == within)
            {
                return resolved;
            }

            if (name.Length == 0 && Find(resolved, within) is not null)
            {
                return Inner(resolved, within) is { } deeper && Members(resolved).Any(m => m.Name == within) ? deeper : resolved;
            }
        }

        return null;
    }

    private int? Find(uint type, string member)
    {
        foreach (var (name, inner, offset) in Members(type))
        {
            if (name == member)
            {
                return offset;
            }

            if (name.Length == 0 && IsStructure(Resolve(inner)) && Find(Resolve(inner), member) is { } deeper)
            {
                return offset + deeper;
            }
        }

        return null;
    }

    /// <summary>struct btf_member: name 4, type 4, offset 4 in bits, whose upper byte is the size of a bit field when the kind flag is set.</summary>
    private IEnumerable<(string Name, uint Type, int Offset)> Members(uint type)
    {
        var at = _offsets[type];
        var info = Word(_data, at + 4);
        for (var n = 0; n < (int)(info & 0xffff); n++)
        {
            var m = at + 12 + (12 * n);
            var bits = Word(_data, m + 8);
            bits = info >> 31 != 0 ? bits & 0xffffff : bits;
            yield return (Encoding.UTF8.GetString(Text(Word(_data, m))), Word(_data, m + 4), (int)(bits / 8));
        }
    }

    private bool IsStructure(uint type) => type > 0 && type < _offsets.Length && Kind(type) is Struct or Union;

    /// <summary>Through typedefs and qualifiers to what they stand for.</summary>
    private uint Resolve(uint type)
    {
        for (var n = 0; n < 32 && type > 0 && type < _offsets.Length && Kind(type) is Typedef or Volatile or Const or Restrict or TypeTag; n++)
        {
            type = Word(_data, _offsets[type] + 8);
        }

        return type;
    }

    private int Kind(uint type) => (int)(Word(_data, _offsets[type] + 4) >> 24 & 0x1f);

    private ReadOnlySpan<byte> Text(uint offset)
    {
        if (_strings + (long)offset >= _data.Length)
        {
            return [];
        }

        var text = _data.AsSpan(_strings + (int)offset);
        var end = text.IndexOf((byte)0);
        return end < 0 ? [] : text[..end];
    }

    /// <summary>struct btf_type is 12 bytes, and what follows depends on its kind; null for a kind that came after this was written.</summary>
    private static int? SizeOf(byte[] data, int at)
    {
        var info = Word(data, at + 4);
        var count = (int)(info & 0xffff);
        return (int)(info >> 24 & 0x1f) switch
        {
            Int or Var or DeclTag => 16,
            Array => 24,
            Struct or Union or DataSec or Enum64 => 12 + (12 * count),
            Enum or FuncProto => 12 + (8 * count),
            > LastKind => null,
            _ => 12,
        };
    }

    private static uint Word(byte[] data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at));
}
