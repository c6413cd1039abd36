using System.Buffers.Binary;
using System.Text;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// What has to be known of a BPF object before bpftool is asked to load it: its programs in the order in which libbpf takes them, because
/// <c>bpftool prog load</c> pins the first and no other, and the names of its maps. elf(5); libbpf.c, bpf_object__elf_collect.
/// </summary>
/// <param name="Programs">Function names: by section, then by place in it.</param>
/// <param name="Maps">Names of what lies in <c>.maps</c>.</param>
internal sealed record ElfObject(IReadOnlyList<string> Programs, IReadOnlyList<string> Maps)
{
    private const ushort MachineBpf = 247;
    private const ushort Relocatable = 1;
    private const uint ProgramBits = 1;
    private const uint SymbolTable = 2;
    private const ulong Executable = 4;
    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int SymbolSize = 24;

    private readonly record struct Section(uint Name, uint Type, ulong Flags, ulong Offset, ulong Size, uint Link);

    private readonly record struct Symbol(uint Name, int Kind, int Binding, ushort Section, ulong Value);

    /// <summary>False, with the reason, for what is no BPF object of this machine's byte order. Reads nothing outside the bytes.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> file, out ElfObject found, out string fault)
    {
        found = new([], []);
        if (file.Length < HeaderSize || !file[..4].SequenceEqual("\u007fELF"u8) || file[4] != 2 || file[5] != (BitConverter.IsLittleEndian ? 1 : 2))
        {
            fault = "it is no 64-bit ELF file of this machine's byte order";
            return false;
        }

        if (Half(file, 16) != Relocatable || Half(file, 18) != MachineBpf)
        {
            fault = "it is an ELF file, and no BPF object";
            return false;
        }

        var sections = Sections(file);
        var table = sections.FindIndex(s => s.Type == SymbolTable);
        if (table < 0)
        {
            fault = "its sections or its symbols are cut off";
            return false;
        }

        var strings = sections[table].Link < sections.Count ? Content(file, sections[(int)sections[table].Link]) : [];
        var names = Half(file, 62) is var index && index < sections.Count ? Content(file, sections[index]) : [];
        var symbols = Symbols(Content(file, sections[table]));
        List<(ushort Section, ulong Value, string Name)> programs = [];
        List<string> maps = [];
        foreach (var symbol in symbols.Where(s => s.Section > 0 && s.Section < sections.Count))
        {
            var section = sections[symbol.Section];
            var name = Text(strings, symbol.Name);
            if (symbol is { Kind: 2, Binding: not 0 } && section.Type == ProgramBits && (section.Flags & Executable) != 0 && Text(names, section.Name) != ".text")
            {
                programs.Add((symbol.Section, symbol.Value, name));
            }
            else if (symbol.Kind == 1 && Text(names, section.Name) == ".maps")
            {
                maps.Add(name);
            }
        }

        found = new([.. programs.OrderBy(p => p.Section).ThenBy(p => p.Value).Select(p => p.Name)], maps);
        fault = "";
        return true;
    }

    private static List<Section> Sections(ReadOnlySpan<byte> file)
    {
        var (start, size, count) = (Long(file, 40), Half(file, 58), Half(file, 60));
        if (size != SectionSize || start > (ulong)file.Length || (ulong)count * SectionSize > (ulong)file.Length - start)
        {
            return [];
        }

        var sections = new List<Section>();
        for (var i = 0; i < count; i++)
        {
            var at = file.Slice((int)start + (i * SectionSize), SectionSize);
            sections.Add(new(Word(at, 0), Word(at, 4), Long(at, 8), Long(at, 24), Long(at, 32), Word(at, 40)));
        }

        return sections;
    }

    private static List<Symbol> Symbols(ReadOnlySpan<byte> table)
    {
        var symbols = new List<Symbol>();
        for (; table.Length >= SymbolSize; table = table[SymbolSize..])
        {
            symbols.Add(new(Word(table, 0), table[4] & 0xf, table[4] >> 4, Half(table, 6), Long(table, 8)));
        }

        return symbols;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, Section section) =>
        section.Offset <= (ulong)file.Length && section.Size <= (ulong)file.Length - section.Offset ? file.Slice((int)section.Offset, (int)section.Size) : [];

    private static string Text(ReadOnlySpan<byte> strings, uint at)
    {
        if (at >= strings.Length)
        {
            return "";
        }

        var rest = strings[(int)at..];
        return Encoding.UTF8.GetString(rest.IndexOf((byte)0) is var end and >= 0 ? rest[..end] : rest);
    }

    private static ushort Half(ReadOnlySpan<byte> at, int offset) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]) : BinaryPrimitives.ReadUInt16BigEndian(at[offset..]);

    private static uint Word(ReadOnlySpan<byte> at, int offset) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]) : BinaryPrimitives.ReadUInt32BigEndian(at[offset..]);

    private static ulong Long(ReadOnlySpan<byte> at, int offset) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(at[offset..]) : BinaryPrimitives.ReadUInt64BigEndian(at[offset..]);
}
