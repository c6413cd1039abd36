namespace XdpAudit.Core.Tests;

/// <summary>What is so in the model at one instant, as sentences that can be compared with what an event says.</summary>
internal static class Truth
{
    internal static HashSet<string> Of(ModelKernel kernel)
    {
        HashSet<string> facts = [];
        foreach (var program in kernel.Programs)
        {
            facts.Add(Program(Key(kernel, program)));
        }

        foreach (var link in kernel.Links)
        {
            var name = Link(kernel.Boot, link.Id, link.Type);
            facts.Add(name);
            facts.Add($"{name} holds {Key(kernel, link.Program)}");
            if (link.At is { } place)
            {
                facts.Add($"{name} is attached");
                facts.Add(At(name, new(ModelKernel.Host, kernel.Boot, new(place.Netns.Cookie), new(place.Index))));
            }
        }

        foreach (var at in kernel.Interfaces)
        {
            var key = new AttachPointKey(ModelKernel.Host, kernel.Boot, new(at.Netns.Cookie), new(at.Index));
            facts.Add(Interface(key));
            facts.Add($"{Interface(key)} named {at.Name}");
            if (at.InForce is { } program)
            {
                facts.Add(InForce(key, at.Mode, Key(kernel, program), at.Link?.Id));
                facts.Add(InForce(key, at.Mode, Key(kernel, program)));
            }
        }

        foreach (var map in kernel.Maps)
        {
            facts.Add(Map(new(ModelKernel.Host, kernel.Boot, new(map.Id), map.Type)));
            foreach (var (index, program) in map.Elements)
            {
                facts.Add(Element(Key(kernel, program).Value, new(map.Id), index));
            }
        }

        foreach (var pin in kernel.Pins)
        {
            facts.Add(Pin(Held(kernel, pin.Object), pin.Device, pin.Inode));
        }

        foreach (var process in kernel.Processes)
        {
            facts.UnionWith(process.Held.Select(o => Descriptor(Held(kernel, o), process.Pid, process.StartTicks)));
        }

        return facts;
    }

    internal static string Program(ProgramKey key) => key.Value;

    internal static string Link(BootId boot, uint id, string type) => $"{boot} {type} link {id}";

    internal static string Link(LinkKey key) => Link(key.Boot, key.Id.Value, key.Type);

    internal static string Interface(AttachPointKey key) => $"interface {key}";

    internal static string InForce(AttachPointKey key, XdpMode mode, ProgramKey program) => $"{key} {mode} {program}";

    internal static string InForce(AttachPointKey key, XdpMode mode, ProgramKey program, uint? link) => $"{key} {mode} {program} by {(link is { } l ? $"link {l}" : "netlink")}";

    internal static string At(string link, AttachPointKey key) => $"{link} at {key}";

    internal static string Map(MapKey key) => key.Value;

    internal static string Element(string program, KernelMapId map, uint index) => $"{program} in {map}[{index}]";

    internal static string Pin(string held, ulong device, ulong inode) => $"{held} pinned {device}:{inode}";

    internal static string Descriptor(string held, int pid, ulong? start) => $"{held} held by {pid}:{start}";

    internal static ProgramKey Key(ModelKernel kernel, ModelProgram program) => new(ModelKernel.Host, kernel.Boot, new(program.Id), program.LoadedNs);

    // A link's key tells the program it was first seen with, which the model does not know.
    internal static string Held(string key) => key.StartsWith(LinkKey.Kind, StringComparison.Ordinal) ? Link(LinkKey.From(key)) : key;

    private static string Held(ModelKernel kernel, object held) => held switch
    {
        ModelProgram p => Key(kernel, p).Value,
        ModelLink l => Link(kernel.Boot, l.Id, l.Type),
        _ => new MapKey(ModelKernel.Host, kernel.Boot, new(((ModelMap)held).Id), ((ModelMap)held).Type).Value,
    };
}
