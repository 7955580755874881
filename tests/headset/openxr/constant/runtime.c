/* An OpenXR runtime that gives constant answers at once: no compositor, no process beside it, no wait.
 *
 * So a program's own cost of a frame can be measured, and its calls can be driven where no headset is. The session goes
 * at once to FOCUSED; head, eyes and hands stand still; every bound component is active with the value 0; the battery of
 * the left controller is charging, that of the right is not known of. Variables of the environment choose:
 * CONSTANT_PROFILE, the interaction profile of both hands (Index when unset), and CONSTANT_HANDS, which when set hides
 * the controllers, so that the cameras see the hands instead. CONSTANT_QUAD, when set, prefers four views.
 * CONSTANT_LOCAL, when set, leaves no space to stand in but LOCAL. By `constant_stand`, `constant_recentre` and
 * `constant_wear` a test of the same process says where the eyes are in LOCAL, by how much its origin rises, and whether
 * somebody wears the headset.
 * CONSTANT_ROOM is how the room around the person can be shown: "cameras" by XR_FB_passthrough, "alpha" or "additive" by
 * a blend mode, not at all when unset. `constant_story` tells in words what was asked of the cameras, in order, and what
 * each frame was handed over as when that changed. What the specification forbids is refused.
 *
 * Structures and numbers are those of OpenXR 1.0 and of the extensions that it names, as far as they are read or written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { SUCCESS = 0, EVENT_UNAVAILABLE = 4, FUNCTION_UNSUPPORTED = -7 };
enum { IMAGES = 3, WIDTH = 64, HEIGHT = 64, SRGB8_ALPHA8 = 0x8C43, DEPTH32F = 0x8CAC, TEXTURE_2D = 0x0DE1, TEXTURE_2D_ARRAY = 0x8C1A };
enum { STEREO = 2, QUAD = 1000037000 };
enum { IDLE = 1, READY = 2, SYNCHRONIZED = 3, VISIBLE = 4, FOCUSED = 5 };
enum { STATE_CHANGED = 18, SPACE_CHANGE = 40, PRESENCE_CHANGED = 1000470000,
       ROOM_CHANGED = 1000118030 };
enum { BATTERY_STATE = 1000836000, BATTERY_VALID = 1, BATTERY_CHARGING = 2 };
enum { LOCAL = 2, EVENTS = 16 };
enum { HAND_PROPERTIES = 1000051000, PRESENCE_PROPERTIES = 1000470001, ROOM_PROPERTIES = 1000118000 };
enum { VALIDATION_FAILURE = -1, UNEXPECTED_STATE = -1000118000, ROOM_FAILS = -1000118050 };
enum { PROJECTION = 35, ROOM_LAYER = 1000118003, BY_ALPHA = 2, OPAQUE = 1, ADDITIVE = 2, ALPHA_BLEND = 3 };

typedef int32_t Result;
typedef struct { float x, y, z, w; } Quaternion;
typedef struct { float x, y, z; } Vector;
typedef struct { Quaternion orientation; Vector position; } Pose;
typedef struct { uint32_t type; void *next; char name[128]; uint32_t version; } Extension;
typedef struct { uint32_t type; void *next; uint64_t version; char name[128]; } InstanceProperties;
typedef struct Properties { uint32_t type; struct Properties *next; uint32_t is_so; } Properties;
typedef struct {
    uint32_t type; Properties *next; uint64_t system; uint32_t vendor; char name[256];
    uint32_t max_height, max_width, max_layers, orientation, position;
} SystemProperties;
typedef struct { uint32_t type; const void *next; int32_t kind; Pose pose; } SpaceInfo;
typedef struct { int32_t kind; float height; } Space;
typedef struct {
    uint32_t type; const void *next; void *session; int32_t kind; int64_t time; uint32_t valid; Pose pose;
} SpaceChange;
typedef struct { uint32_t type; const void *next; void *session; uint32_t present; } PresenceChanged;
typedef struct { uint32_t type; const void *next; uint64_t flags; } RoomChanged;
typedef struct { uint32_t type; const void *next; uint64_t flags; void *space, *room; } Layer;
typedef struct { uint32_t type; const void *next; int64_t time; int32_t mode; uint32_t count; Layer **layers; } FrameEnd;
typedef struct { uint32_t type; const void *next; uint64_t flags; void *space; uint32_t views; } Projection;
typedef struct { uint32_t type; const void *next; int32_t kind; } SessionBegin;
typedef struct { uint32_t type; const void *next; void *of; uint64_t flags; int32_t purpose; } RoomLayerInfo;
typedef struct { uint32_t type; const void *next; uint64_t flags; } RoomInfo;
typedef struct { uint32_t type; const void *next; int32_t kind; int64_t time; const Space *space; } ViewLocateInfo;
typedef struct { uint32_t type; void *next; uint64_t least, most; } Requirements;
typedef struct {
    uint32_t type; void *next; uint32_t width, max_width, height, max_height, samples, max_samples;
} ViewConfiguration;
typedef struct {
    uint32_t type; const void *next; uint64_t flags, usage; int64_t format;
    uint32_t samples, width, height, faces, layers, mips;
} SwapchainInfo;
typedef struct { uint32_t type; void *next; uint32_t image; } Image;
typedef struct { uint32_t type; const void *next; uint64_t flags, system; } SessionInfo;
typedef struct { uint32_t type; const void *next; void *(*address_of)(const char *); } EglBinding;
typedef struct { uint32_t type; const void *next; void *session; int32_t state; int64_t time; } StateChanged;
typedef struct { uint32_t type; void *next; int64_t display_time, period; uint32_t should_render; } FrameState;
typedef struct { uint32_t type; void *next; uint64_t flags; Pose pose; } Location;
typedef struct { uint32_t type; void *next; uint64_t flags; } ViewState;
typedef struct { uint32_t type; void *next; Pose pose; float fov[4]; } View;
typedef struct { uint32_t type; void *next; float value; uint32_t changed; int64_t time; uint32_t active; } FloatState;
typedef struct { uint32_t type; void *next; uint64_t flags; float level; } BatteryState;
typedef struct { uint32_t type; BatteryState *next; uint64_t profile; } ProfileState;
typedef struct { uint64_t flags; Pose pose; float radius; } Joint;
typedef struct { uint32_t type; void *next; uint32_t active, count; Joint *joints; } Joints;

static char paths[1024][128];
static unsigned path_count;
static struct { int kind, state; float rise; } pending[EVENTS];
static int pending_count;
static Space made_spaces[256];
static unsigned space_count;
static float eyes_in_local;
static struct Chain { unsigned textures[IMAGES], next; } chains[16];
static unsigned chain_count;
static struct { int made, started, layer_made, layer_runs; } room;
static int room_fails;
static char story[4096], *last_frame = "";
static int32_t session_kind;
static char grips_hidden, handles[16];
static void *(*address_of)(const char *);
static const Pose HEAD = {{0, 0, 0, 1}, {0, 1.6f, 0}};

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void tell_of(int kind, int state, float rise) {
    if (pending_count == EVENTS) return;
    pending[pending_count].kind = kind;
    pending[pending_count].state = state;
    pending[pending_count++].rise = rise;
}
static void tell(int state) { tell_of(STATE_CHANGED, state, 0); }

static int room_by(const char *way) {
    const char *wanted = getenv("CONSTANT_ROOM");
    return wanted && !strcmp(wanted, way);
}
static void add_to_story(const char *line) {
    if (strlen(story) + strlen(line) + 2 > sizeof story) return;
    strcat(story, line);
    strcat(story, "\n");
}

EXPORT const char *constant_story(void) { return story; }
EXPORT void constant_room_fails(int fails) { room_fails = fails; }
EXPORT void constant_room_changed(int flags) { tell_of(ROOM_CHANGED, flags, 0); }
EXPORT void constant_stand(float height) { eyes_in_local = height; }
EXPORT void constant_recentre(float rise) {
    eyes_in_local -= rise;
    tell_of(SPACE_CHANGE, LOCAL, rise);
}
EXPORT void constant_wear(int present) { tell_of(PRESENCE_CHANGED, present, 0); }

static Result yes(void) { return SUCCESS; }
static Result create(void *of, const void *info, void **made) { (void)of, (void)info; *made = handles; return SUCCESS; }

static Result extensions(const char *layer, uint32_t room, uint32_t *count, Extension *found) {
    static const char *names[] = {"XR_KHR_opengl_enable", "XR_MNDX_egl_enable", "XR_KHR_convert_timespec_time",
                                  "XR_EXT_hand_tracking", "XR_BD_controller_interaction",
                                  "XR_META_touch_controller_plus", "XR_EXT_hand_interaction",
                                  "XR_KHR_composition_layer_depth", "XR_EXT_user_presence",
                                  "XR_EXT_interaction_profile_battery_state_display", "XR_VARJO_quad_views",
                                  "XR_FB_passthrough"};
    (void)layer;
    *count = COUNT(names) - !room_by("cameras");  // whose name is the last one
    for (uint32_t i = 0; room && i < *count; i++) {
        strcpy(found[i].name, names[i]);
        found[i].version = 1;
    }
    return SUCCESS;
}

static Result create_instance(const void *info, void **made) { (void)info; *made = handles; return SUCCESS; }
static Result instance_properties(void *of, InstanceProperties *told) {
    (void)of;
    strcpy(told->name, "constant");
    told->version = 2ULL << 48 | 7ULL << 32 | 4;
    return SUCCESS;
}
static Result system_of(void *of, const void *info, uint64_t *system) { (void)of, (void)info; *system = 1; return SUCCESS; }
static Result system_properties(void *of, uint64_t system, SystemProperties *told) {
    (void)of, (void)system;
    strcpy(told->name, "nobody's head");
    told->max_width = told->max_height = 4096;
    for (Properties *more = told->next; more; more = more->next)
        more->is_so = more->type == HAND_PROPERTIES || more->type == PRESENCE_PROPERTIES ||
                      more->type == ROOM_PROPERTIES;
    return SUCCESS;
}
static Result requirements(void *of, uint64_t system, Requirements *told) {
    (void)of, (void)system;
    told->least = 4ULL << 48;
    told->most = 5ULL << 48;
    return SUCCESS;
}

static Result create_session(void *of, const SessionInfo *info, void **made) {
    (void)of;
    address_of = ((const EglBinding *)info->next)->address_of;
    grips_hidden = getenv("CONSTANT_HANDS") != NULL;
    pending_count = 0;
    memset(&room, 0, sizeof room);
    story[0] = 0;
    last_frame = "";
    tell(IDLE);
    tell(READY);
    *made = handles;
    return SUCCESS;
}
static Result begin_session(void *of, const SessionBegin *info) {
    (void)of;
    session_kind = info->kind;
    tell(SYNCHRONIZED);
    tell(VISIBLE);
    tell(FOCUSED);
    return SUCCESS;
}
static Result poll_event(void *of, void *buffer) {
    StateChanged *changed = buffer;
    SpaceChange *moved = buffer;
    PresenceChanged *wearing = buffer;
    (void)of;
    if (!pending_count) return EVENT_UNAVAILABLE;
    changed->type = pending[0].kind;
    changed->next = NULL;
    changed->session = handles;
    if (pending[0].kind == STATE_CHANGED) {
        changed->state = pending[0].state;
        changed->time = now();
    } else if (pending[0].kind == ROOM_CHANGED) {
        ((RoomChanged *)buffer)->flags = pending[0].state;
    } else if (pending[0].kind == PRESENCE_CHANGED) {
        wearing->present = pending[0].state;
    } else {
        moved->kind = pending[0].state;
        moved->time = now();
        moved->valid = 1;
        moved->pose = (Pose){{0, 0, 0, 1}, {0, pending[0].rise, 0}};
    }
    memmove(pending, pending + 1, --pending_count * sizeof *pending);
    return SUCCESS;
}

static Result spaces(void *of, uint32_t room, uint32_t *count, int32_t *found) {
    (void)of;
    *count = getenv("CONSTANT_LOCAL") ? 2 : 3;
    for (uint32_t i = 0; room && i < *count; i++) found[i] = i + 1;
    return SUCCESS;
}
static Result create_space(void *of, const SpaceInfo *info, Space **made) {
    (void)of;
    *made = &made_spaces[space_count++ % COUNT(made_spaces)];
    **made = (Space){info->kind, info->pose.position.y};
    return SUCCESS;
}
static Pose head_in(const Space *base) {
    Pose head = HEAD;
    if (base->kind == LOCAL) head.position.y = eyes_in_local;
    head.position.y -= base->height;
    return head;
}
static uint32_t view_count(int32_t kind) { return kind == QUAD ? 4 : 2; }
static Result kinds(void *of, uint64_t system, uint32_t room, uint32_t *count, int32_t *found) {
    (void)of, (void)system;
    *count = getenv("CONSTANT_QUAD") ? 2 : 1;
    if (room) found[*count - 1] = STEREO;
    if (room && *count == 2) found[0] = QUAD;
    return SUCCESS;
}
static Result view_configurations(void *of, uint64_t system, uint32_t kind, uint32_t room, uint32_t *count,
                                  ViewConfiguration *found) {
    (void)of, (void)system;
    *count = view_count(kind);
    for (uint32_t i = 0; room && i < *count; i++) {
        found[i].width = i < 2 ? WIDTH : WIDTH + 16, found[i].height = HEIGHT;
        found[i].max_width = found[i].max_height = 4096;
        found[i].samples = found[i].max_samples = 1;
    }
    return SUCCESS;
}
static Result blend_modes(void *of, uint64_t system, uint32_t kind, uint32_t place, uint32_t *count, int32_t *found) {
    (void)of, (void)system, (void)kind;
    *count = 1 + (room_by("alpha") || room_by("additive"));
    if (place) found[0] = OPAQUE, found[*count - 1] = room_by("alpha") ? ALPHA_BLEND : room_by("additive") ? ADDITIVE : OPAQUE;
    return SUCCESS;
}
static Result formats(void *of, uint32_t room, uint32_t *count, int64_t *found) {
    (void)of;
    *count = 2;
    if (room) found[0] = SRGB8_ALPHA8, found[1] = DEPTH32F;
    return SUCCESS;
}

static Result create_swapchain(void *of, const SwapchainInfo *info, struct Chain **made) {
    void (*make)(unsigned, int, unsigned *) = (void (*)(unsigned, int, unsigned *))address_of("glCreateTextures");
    struct Chain *chain = &chains[chain_count++ % COUNT(chains)];
    (void)of;
    make(info->layers > 1 ? TEXTURE_2D_ARRAY : TEXTURE_2D, IMAGES, chain->textures);
    for (int i = 0; i < IMAGES; i++)
        if (info->layers > 1)
            ((void (*)(unsigned, int, unsigned, int, int, int))address_of("glTextureStorage3D"))(
                chain->textures[i], 1, info->format, info->width, info->height, info->layers);
        else
            ((void (*)(unsigned, int, unsigned, int, int))address_of("glTextureStorage2D"))(
                chain->textures[i], 1, info->format, info->width, info->height);
    *made = chain;
    return SUCCESS;
}
static Result images(const struct Chain *chain, uint32_t room, uint32_t *count, Image *found) {
    *count = IMAGES;
    for (int i = 0; room && i < IMAGES; i++) found[i].image = chain->textures[i];
    return SUCCESS;
}
static Result acquire(struct Chain *chain, const void *info, uint32_t *index) {
    (void)info;
    *index = chain->next;
    chain->next = (chain->next + 1) % IMAGES;
    return SUCCESS;
}

static Result to_path(void *of, const char *text, uint64_t *path) {
    (void)of;
    for (unsigned i = 0; i < path_count; i++)
        if (!strcmp(paths[i], text)) { *path = i + 1; return SUCCESS; }
    strncpy(paths[path_count], text, sizeof *paths - 1);
    *path = ++path_count;
    return SUCCESS;
}
static Result from_path(void *of, uint64_t path, uint32_t room, uint32_t *count, char *text) {
    (void)of;
    *count = strlen(paths[path - 1]) + 1;
    if (room) strcpy(text, paths[path - 1]);
    return SUCCESS;
}
static Result profile(void *of, uint64_t user, ProfileState *told) {
    const char *wanted = getenv("CONSTANT_PROFILE");
    int is_left = !strcmp(paths[user - 1], "/user/hand/left");
    if (told->next && told->next->type == BATTERY_STATE) {
        told->next->flags = is_left ? BATTERY_VALID | BATTERY_CHARGING : 0;
        told->next->level = is_left ? 0.734f : 0.5f;
    }
    return to_path(of, wanted ? wanted : "/interaction_profiles/valve/index_controller", &told->profile);
}
static Result float_state(void *of, const void *info, FloatState *told) {
    (void)of, (void)info;
    told->value = 0;
    told->changed = 0;
    told->time = 1;
    told->active = 1;
    return SUCCESS;
}
static Result create_action_space(void *of, const void *info, void **made) {
    (void)of, (void)info;
    *made = handles + 1;
    return SUCCESS;
}
static Result locate_space(void *space, const Space *base, int64_t time, Location *told) {
    (void)time;
    told->flags = grips_hidden && space == handles + 1 ? 0 : 15;
    told->pose = head_in(base);
    return SUCCESS;
}
static Result locate_views(void *of, const ViewLocateInfo *info, ViewState *state, uint32_t room, uint32_t *count, View *found) {
    static const float FOV[4][4] = {{-0.9f, 0.8f, 0.85f, -0.9f}, {-0.8f, 0.9f, 0.85f, -0.9f},
                                    {-0.3f, 0.2f, 0.25f, -0.3f}, {-0.2f, 0.3f, 0.25f, -0.3f}};
    (void)of;
    state->flags = 15;
    *count = view_count(info->kind);
    if (room && room < *count) return VALIDATION_FAILURE;
    for (uint32_t i = 0; room && i < *count; i++) {
        found[i].pose = head_in(info->space);
        found[i].pose.position.x = i % 2 ? 0.0315f : -0.0315f;
        memcpy(found[i].fov, FOV[i], sizeof FOV[i]);
    }
    return SUCCESS;
}
static Result locate_joints(void *of, const void *info, Joints *told) {
    (void)of, (void)info;
    told->active = 1;
    for (uint32_t i = 0; i < told->count; i++) {
        told->joints[i].flags = 15;
        told->joints[i].pose = HEAD;
    }
    return SUCCESS;
}

static Result wait_frame(void *of, const void *info, FrameState *told) {
    (void)of, (void)info;
    told->display_time = now() + 20000000;
    told->period = 11111111;
    told->should_render = 1;
    return SUCCESS;
}
static Result to_timespec(void *of, int64_t time, struct timespec *told) {
    (void)of;
    told->tv_sec = time / 1000000000;
    told->tv_nsec = time % 1000000000;
    return SUCCESS;
}

static Result asked(const char *what, int is_allowed) {
    add_to_story(what);
    return !is_allowed ? UNEXPECTED_STATE : room_fails ? ROOM_FAILS : SUCCESS;
}
static Result make_room(void *of, const RoomInfo *info, void **made) {
    Result result = asked("make", !room.made && info->flags == 0);
    (void)of;
    if (result == SUCCESS) room.made = 1, *made = &room.made;
    return result;
}
static Result make_room_layer(void *of, const RoomLayerInfo *info, void **made) {
    Result result = asked("make layer", room.made && info->of == &room.made && !info->flags && !info->purpose);
    (void)of;
    if (result == SUCCESS) room.layer_made = 1, *made = &room.layer_made;
    return result;
}
static Result start_room(void *made) {
    Result result = asked("start", made == &room.made && room.made && !room.started);
    if (result == SUCCESS) room.started = 1;
    return result;
}
static Result resume_layer(void *made) {
    Result result = asked("resume", made == &room.layer_made && room.started && !room.layer_runs);
    if (result == SUCCESS) room.layer_runs = 1;
    return result;
}
static Result pause_layer(void *made) {
    Result result = asked("pause", made == &room.layer_made && room.layer_runs);
    if (result == SUCCESS) room.layer_runs = 0;
    return result;
}
static Result destroy_layer(void *made) {
    room.layer_made = 0;
    return asked("destroy layer", made == &room.layer_made);
}
static Result destroy_room(void *made) { return asked("destroy", made == &room.made && !room.layer_made); }

/* Ours hides all, or is blended by its alpha: over the cameras' layer, which must be below and running, or by a mode. */
static Result end_frame(void *of, const FrameEnd *info) {
    const Layer *ours = info->count ? info->layers[info->count - 1] : NULL;
    int is_by_alpha = ours && ours->flags & BY_ALPHA;
    char *frame = "nothing";
    (void)of;
    if (ours && ours->type != PROJECTION) return VALIDATION_FAILURE;
    if (ours && ((const Projection *)ours)->views != view_count(session_kind)) return VALIDATION_FAILURE;
    if (info->count == 1 && info->mode == OPAQUE && !is_by_alpha) frame = "hides all";
    else if (info->count == 1 && is_by_alpha && room_by("alpha") && info->mode == ALPHA_BLEND) frame = "by alpha";
    else if (info->count == 1 && is_by_alpha && room_by("additive") && info->mode == ADDITIVE) frame = "adds";
    else if (info->count == 2 && is_by_alpha && info->mode == OPAQUE && info->layers[0]->type == ROOM_LAYER &&
             info->layers[0]->room == &room.layer_made && !info->layers[0]->space && room.layer_runs)
        frame = "over cameras";
    else if (info->count) return VALIDATION_FAILURE;
    if (strcmp(frame, last_frame)) add_to_story(frame);
    last_frame = frame;
    return SUCCESS;
}

static Result address_of_function(void *instance, const char *name, void **found);

static const struct { const char *name; void *function; } FUNCTIONS[] = {
    {"xrGetInstanceProcAddr", address_of_function},
    {"xrEnumerateInstanceExtensionProperties", extensions},
    {"xrCreateInstance", create_instance},
    {"xrDestroyInstance", yes},
    {"xrGetInstanceProperties", instance_properties},
    {"xrGetSystem", system_of},
    {"xrGetSystemProperties", system_properties},
    {"xrGetOpenGLGraphicsRequirementsKHR", requirements},
    {"xrCreateSession", create_session},
    {"xrDestroySession", yes},
    {"xrDestroySpace", yes},
    {"xrBeginSession", begin_session},
    {"xrEndSession", yes},
    {"xrRequestExitSession", yes},
    {"xrPollEvent", poll_event},
    {"xrEnumerateReferenceSpaces", spaces},
    {"xrCreateReferenceSpace", create_space},
    {"xrEnumerateViewConfigurations", kinds},
    {"xrEnumerateViewConfigurationViews", view_configurations},
    {"xrEnumerateEnvironmentBlendModes", blend_modes},
    {"xrEnumerateSwapchainFormats", formats},
    {"xrCreateSwapchain", create_swapchain},
    {"xrDestroySwapchain", yes},
    {"xrEnumerateSwapchainImages", images},
    {"xrAcquireSwapchainImage", acquire},
    {"xrWaitSwapchainImage", yes},
    {"xrReleaseSwapchainImage", yes},
    {"xrStringToPath", to_path},
    {"xrPathToString", from_path},
    {"xrCreateActionSet", create},
    {"xrCreateAction", create},
    {"xrCreateActionSpace", create_action_space},
    {"xrSuggestInteractionProfileBindings", yes},
    {"xrAttachSessionActionSets", yes},
    {"xrSyncActions", yes},
    {"xrGetCurrentInteractionProfile", profile},
    {"xrGetActionStateFloat", float_state},
    {"xrApplyHapticFeedback", yes},
    {"xrLocateSpace", locate_space},
    {"xrLocateViews", locate_views},
    {"xrCreateHandTrackerEXT", create},
    {"xrLocateHandJointsEXT", locate_joints},
    {"xrWaitFrame", wait_frame},
    {"xrBeginFrame", yes},
    {"xrEndFrame", end_frame},
    {"xrCreatePassthroughFB", make_room},
    {"xrCreatePassthroughLayerFB", make_room_layer},
    {"xrPassthroughStartFB", start_room},
    {"xrPassthroughLayerResumeFB", resume_layer},
    {"xrPassthroughLayerPauseFB", pause_layer},
    {"xrDestroyPassthroughLayerFB", destroy_layer},
    {"xrDestroyPassthroughFB", destroy_room},
    {"xrConvertTimeToTimespecTimeKHR", to_timespec},
};

static Result address_of_function(void *instance, const char *name, void **found) {
    (void)instance;
    for (unsigned i = 0; i < COUNT(FUNCTIONS); i++)
        if (!strcmp(FUNCTIONS[i].name, name)) { *found = FUNCTIONS[i].function; return SUCCESS; }
    *found = NULL;
    return FUNCTION_UNSUPPORTED;
}

typedef struct {
    uint32_t kind, version; size_t size; uint32_t least_interface, most_interface; uint64_t least_api, most_api;
} LoaderInfo;
typedef struct {
    uint32_t kind, version; size_t size; uint32_t interface; uint64_t api; void *address_of_function;
} RuntimeRequest;

EXPORT Result xrNegotiateLoaderRuntimeInterface(const LoaderInfo *loader, RuntimeRequest *request) {
    (void)loader;
    request->interface = 1;
    request->api = 1ULL << 48;
    request->address_of_function = address_of_function;
    return SUCCESS;
}
