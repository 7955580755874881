// Doubled instances: instance i draws view i % view_count. VIEWS says how a view finds its part of the picture.
void place_in_view(vec4 clip, uint view, uint count) {
    gl_Position = clip;
#if VIEWS == VIEWS_LAYER
    gl_Layer = int(view);
#elif VIEWS == VIEWS_VIEWPORT
    gl_ViewportIndex = int(view);
#else
    gl_ClipDistance[0] = clip.w + clip.x;
    gl_ClipDistance[1] = clip.w - clip.x;
    float share = 1.0 / float(count);
    gl_Position.x = clip.x * share + clip.w * (share * (2.0 * float(view) + 1.0) - 1.0);
#endif
}
