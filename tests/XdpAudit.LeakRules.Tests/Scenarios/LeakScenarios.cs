using System.Text.Json;

namespace XdpAudit.Testing;

/// <summary>
/// Every leak that can be made on one machine, made with the field's own tools. <paramref name="look"/> is called where an auditor must have
/// looked to know the history, for example between an attach and the detach.
/// </summary>
internal sealed class LeakScenarios(Lab lab, Action? look = null)
{
    private const string Programs =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("xdp") int guard(struct xdp_md *ctx) { return XDP_PASS; }
        SEC("xdp") int stranger(struct xdp_md *ctx) { return ctx->data == ctx->data_end ? XDP_DROP : XDP_PASS; }
        SEC("xdp/devmap") int on_dev(struct xdp_md *ctx) { return XDP_PASS; }
        SEC("xdp/cpumap") int on_cpu(struct xdp_md *ctx) { return XDP_PASS; }
        char _license[] SEC("license") = "GPL";
        """;

    private string? _tool;
    private string? _object;
    private int _loads;

    private string Tool => _tool ??= lab.CompileC("keep", KeepTool.Source);

    /// <summary>The detach that is taken for an unload: loaded with a pin, attached, detached.</summary>
    internal Leak Detached_but_pinned(string pinName = "guard")
    {
        var leak = new Leak { Lab = lab, Rule = "program-retained" };
        var (netns, program, pin) = (lab.Netns(), Load("guard", pinName, out var path), path);
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        look?.Invoke();
        Lab.In(netns, "bpftool", "net", "detach", "xdpdrv", "dev", "va");
        leak.Programs.Add(program);
        leak.Pins.Add(new("prog", program, pin));
        leak.Was.Add((program, netns, "va", "asked"));
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A process that holds the program and no pin.</summary>
    internal Leak Held_by_a_process(string rule = "program-retained")
    {
        var leak = new Leak { Lab = lab, Rule = rule };
        var program = Load("guard", "guard", out var pin);
        leak.Keepers.Add(Keeper.Start(Tool, "get", pin));
        File.Delete(pin);
        leak.Programs.Add(program);
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A link that was detached and is kept by its pin, or by the process that made it.</summary>
    internal Leak Defunct_link(bool pinned)
    {
        var leak = new Leak { Lab = lab, Rule = "link-defunct" };
        var netns = lab.Netns();
        var program = Load("guard", "guard", out var pin);
        var linkPin = $"{lab.Bpffs}/link";
        string[] arguments = [$"--net=/run/netns/{netns}", Tool, "link", pin, "va", "drv", .. pinned ? new[] { linkPin } : []];
        var keeper = Keeper.Start("nsenter", arguments);
        var link = uint.Parse(keeper.Answer[1], null);
        File.Delete(pin);
        look?.Invoke();
        Shell.Run("bpftool", "link", "detach", "id", $"{link}");
        if (pinned)
        {
            keeper.Dispose();
            leak.Pins.Add(new("link", link, linkPin));
        }
        else
        {
            leak.Keepers.Add(keeper);
        }

        leak.Programs.Add(program);
        leak.Links.Add(link);
        leak.Defunct.Add(link);
        leak.Was.Add((program, netns, "va", "asked"));
        leak.Goes.AddRange([("link", link), ("prog", program)]);
        return leak;
    }

    /// <summary>A netlink attachment whose loader is gone.</summary>
    internal Leak Unowned_attachment(string mode = "xdpdrv", string interfaceName = "va")
    {
        var leak = new Leak { Lab = lab, Rule = "attachment-unowned" };
        var netns = lab.Netns(interfaceName);
        var program = Load("guard", "guard", out var pin);
        Lab.In(netns, "bpftool", "--", "net", "attach", mode, "id", $"{program}", "dev", interfaceName);
        File.Delete(pin);
        leak.Programs.Add(program);
        leak.Interfaces.Add((netns, interfaceName));
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>Loaded and pinned, never attached: an attach that failed after the load.</summary>
    internal Leak Pinned_and_never_attached(string pinName = "guard")
    {
        var leak = new Leak { Lab = lab, Rule = "pin-unused" };
        var program = Load("guard", pinName, out var pin);
        leak.Programs.Add(program);
        leak.Pins.Add(new("prog", program, pin));
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A pin in the mount namespace of a process, where no path of ours leads.</summary>
    internal Leak Pinned_in_another_mount_namespace(bool hidden)
    {
        var leak = new Leak { Lab = lab, Rule = hidden ? "pin-hidden" : "pin-unused" };
        var folder = $"{lab.Folder}/private";
        Directory.CreateDirectory(folder);
        var cover = hidden ? $"mount -t tmpfs none '{folder}' && " : "";
        leak.Keepers.Add(Keeper.Start(
            "unshare", "--mount", "sh", "-c",
            $"mount -t bpf bpf '{folder}' && bpftool prog load '{Object()}' '{folder}/guard' && id=$(bpftool prog show pinned '{folder}/guard' | cut -d: -f1) && {cover} echo ready $id && cat >/dev/null"));
        var program = uint.Parse(leak.Keepers[0].Answer[1], null);
        leak.Programs.Add(program);
        leak.Pins.Add(new("prog", program, $"{folder}/guard") { ReachedBy = $"/proc/{leak.Keepers[0].Pid}/root{folder}/guard", Hidden = hidden });
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A pin on a bpffs that two other mounts cover.</summary>
    internal Leak Pinned_under_other_mounts()
    {
        var leak = new Leak { Lab = lab, Rule = "pin-hidden" };
        var program = Load("guard", "guard", out var pin);
        Shell.Run("mount", "-t", "bpf", "bpf", lab.Bpffs);
        Shell.Run("mount", "-t", "tmpfs", "none", lab.Bpffs);
        leak.Programs.Add(program);
        leak.Pins.Add(new("prog", program, pin) { Hidden = true });
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A program in an element of a map that no program uses: prog_array, devmap or cpumap.</summary>
    internal Leak Kept_by_a_map(string mapType)
    {
        var leak = new Leak { Lab = lab, Rule = "map-held-program" };
        var netns = lab.Netns();
        var mapPin = $"{lab.Bpffs}/map";
        Shell.Run("bpftool", "map", "create", mapPin, "type", mapType, "key", "4", "value", mapType == "prog_array" ? "4" : "8", "entries", "4", "name", "slots");
        var program = Load(mapType switch { "devmap" => "on_dev", "cpumap" => "on_cpu", _ => "guard" }, "guard", out var pin);
        var index = mapType == "cpumap" ? 0u : 2u;
        if (mapType == "prog_array")
        {
            Shell.Run("bpftool", "map", "update", "pinned", mapPin, "key", "2", "0", "0", "0", "value", "pinned", pin);
        }
        else
        {
            Lab.In(netns, Tool, "element", mapPin, $"{index}", mapType == "devmap" ? "va" : "64", pin);
        }

        File.Delete(pin);
        var map = Id("map", mapPin);
        leak.Programs.Add(program);
        leak.Maps.Add(map);
        leak.Pins.Add(new("map", map, mapPin));
        leak.Elements.Add((map, mapType, index, program));
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>A daemon that loads and pins another copy at each of its starts.</summary>
    internal Leak Loaded_again_and_again(int times = 3)
    {
        var leak = new Leak { Lab = lab, Rule = "program-duplicated" };
        for (var i = 0; i < times; i++)
        {
            var program = Load("guard", $"run{i}", out var pin);
            leak.Programs.Add(program);
            leak.Pins.Add(new("prog", program, pin));
            look?.Invoke();
        }

        leak.Goes.AddRange(leak.Programs.SkipLast(1).Select(id => ("prog", id)));
        return leak;
    }

    /// <summary>A stranger over a program in force, by netlink as anybody may, or by a link after a detach. The old program stays pinned.</summary>
    internal Leak Replaced_by_a_stranger(bool byLink)
    {
        var leak = new Leak { Lab = lab, Rule = "attachment-replaced" };
        var netns = lab.Netns();
        var old = Load("guard", "guard", out var oldPin);
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{old}", "dev", "va");
        look?.Invoke();
        var program = Load("stranger", "stranger", out var pin);
        if (byLink)
        {
            Lab.In(netns, "bpftool", "net", "detach", "xdpdrv", "dev", "va");
            var linkPin = $"{lab.Bpffs}/link";
            using var keeper = Keeper.Start("nsenter", $"--net=/run/netns/{netns}", Tool, "link", pin, "va", "drv", linkPin);
            leak.Links.Add(uint.Parse(keeper.Answer[1], null));
            leak.Pins.Add(new("link", leak.Links[0], linkPin));
        }
        else
        {
            Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va", "overwrite");
        }

        File.Delete(pin);
        leak.Programs.AddRange([old, program]);
        leak.Pins.Add(new("prog", old, oldPin));
        leak.Interfaces.Add((netns, "va"));
        leak.Was.Add((old, netns, "va", "replaced"));
        leak.Replaced = (old, "guard");
        leak.Goes.Add(("prog", program));
        return leak;
    }

    /// <summary>In force at two interfaces, and taken off one of them.</summary>
    internal Leak Missing_from_one_interface(string interfaceName = "vb")
    {
        var leak = new Leak { Lab = lab, Rule = "attachment-partial" };
        var netns = lab.Netns(right: interfaceName);
        var program = Load("guard", "guard", out var pin);
        Lab.In(netns, "bpftool", "net", "attach", "xdpdrv", "id", $"{program}", "dev", "va");
        Lab.In(netns, "bpftool", "--", "net", "attach", "xdpdrv", "id", $"{program}", "dev", interfaceName);
        look?.Invoke();
        Lab.In(netns, "bpftool", "--", "net", "detach", "xdpdrv", "dev", interfaceName);
        leak.Programs.Add(program);
        leak.Pins.Add(new("prog", program, pin));
        leak.Interfaces.AddRange([(netns, "va"), (netns, interfaceName)]);
        leak.Was.Add((program, netns, interfaceName, "unknown"));
        return leak;
    }

    /// <summary>A map no program uses, kept by a pin or by a process.</summary>
    internal Leak Orphaned_map(bool pinned)
    {
        var leak = new Leak { Lab = lab, Rule = "map-orphaned" };
        var pin = $"{lab.Bpffs}/map";
        Shell.Run("bpftool", "map", "create", pin, "type", "hash", "key", "4", "value", "8", "entries", "16", "name", "orphan");
        var map = Id("map", pin);
        if (pinned)
        {
            leak.Pins.Add(new("map", map, pin));
        }
        else
        {
            leak.Keepers.Add(Keeper.Start(Tool, "get", pin));
            File.Delete(pin);
        }

        leak.Maps.Add(map);
        leak.Goes.Add(("map", map));
        return leak;
    }

    /// <summary>A descriptor under way in a socket that nobody reads: no process, no pin, no map holds the program.</summary>
    internal Leak Under_way_in_a_socket()
    {
        var leak = new Leak { Lab = lab, Rule = "holder-unknown" };
        var program = Load("guard", "guard", out var pin);
        leak.Keepers.Add(Keeper.Start(Tool, "send", pin));
        File.Delete(pin);
        leak.Programs.Add(program);
        leak.Goes.Add(("prog", program));
        return leak;
    }

    private uint Load(string name, string pinName, out string pin)
    {
        var folder = $"{lab.Bpffs}/{++_loads}";
        Shell.Run("bpftool", "prog", "loadall", Object(), folder);
        foreach (var other in Directory.GetFiles(folder).Where(path => Path.GetFileName(path) != name))
        {
            File.Delete(other);
        }

        // Not File.Move: it looks at the target with stat, and one bad name more is the point of some callers.
        pin = $"{lab.Bpffs}/{pinName}";
        Shell.Run("mv", "--", $"{folder}/{name}", pin);
        Directory.Delete(folder);
        return Id("prog", pin);
    }

    private string Object() => _object ??= lab.CompileBpf("leaks", Programs);

    private static uint Id(string kind, string pin)
    {
        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show", "pinned", pin));
        return shown.RootElement.GetProperty("id").GetUInt32();
    }
}
